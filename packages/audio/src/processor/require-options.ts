/** Throws a TypeError with this message when the options are not an object: who writes JavaScript may give anything. */
export function requireOptions(options: unknown, message: string): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(message);
}
