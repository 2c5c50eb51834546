/** One measured value, as it is printed. `runs`: of how many repetitions it is the median. */
export interface Figure {
  readonly bench: string;
  readonly value: number;
  readonly unit: 'µs' | 'ms' | 'MiB' | 'frames/s' | 'ratio';
  readonly runs: number;
}

/** Takes a figure as soon as it is known. */
export type Emit = (figure: Figure) => void;

/** One group of figures that are measured in a process of their own; `parameters` come from the command line of a child. */
export type Bench = (emit: Emit, parameters: readonly string[]) => void | Promise<void>;
