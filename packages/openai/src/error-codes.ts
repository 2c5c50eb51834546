/** The codes of an error and of all its causes. */
export function codesOf(error: unknown): string {
  const codes: string[] = [];
  for (let at: unknown = error, steps = 0; at instanceof Error && steps < 6; at = at.cause, steps++) {
    codes.push(at.name, at.message, 'code' in at ? String(at.code) : '');
    if (at instanceof AggregateError)
      codes.push(...at.errors.map((one) => (one instanceof Error && 'code' in one ? String(one.code) : '')));
  }
  return codes.join(' ');
}
