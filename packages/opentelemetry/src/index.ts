/** The package's spans; see `traceSession`. */
export {};
