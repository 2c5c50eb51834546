/**
 * Refuses options that do not exist, which a misspelt name would otherwise hide.
 *
 * @throws TypeError that names the option and those that exist.
 */
export function checkOptions(factory: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`${factory} has no option "${unknown}": use ${known.join(', ')}.`);
}
