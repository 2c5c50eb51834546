/** Throws a RangeError unless the option is a finite number of `least` or more. */
export function checkOption(strategy: string, name: string, value: number, least = 0): void {
  if (Number.isFinite(value) && value >= least) return;
  throw new RangeError(`${strategy}: ${name} is ${value}; it must be a number, ${least} or more.`);
}
