/** Throws a RangeError that begins with `what` when a sample rate is not a whole number from 1000 to 768000. */
export function requireRate(what: string, rate: number): void {
  if (!Number.isInteger(rate) || rate < 1000 || rate > 768_000) {
    throw new RangeError(`${what} must be a whole number of samples a second from 1000 to 768000, not ${rate}.`);
  }
}
