import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './usage-error.js';

type Declared = NonNullable<ParseArgsConfig['options']>;

/** Reads the values of declared options; what does not fit is a `UsageError` that names `help`. */
export function readValues<const T extends Declared>(
  argv: readonly string[],
  options: T,
  help: string,
): ReturnType<typeof parseArgs<{ args: string[]; options: T; strict: true }>>['values'] {
  return orUsageError(() => parseArgs({ args: [...argv], options, strict: true }).values, help);
}

/** Reads them together with what is no option, like the names of files. */
export function readArguments<const T extends Declared>(
  argv: readonly string[],
  options: T,
  help: string,
): ReturnType<typeof parseArgs<{ args: string[]; options: T; strict: true; allowPositionals: true }>> {
  return orUsageError(() => parseArgs({ args: [...argv], options, strict: true, allowPositionals: true }), help);
}

function orUsageError<R>(read: () => R, help: string): R {
  try {
    return read();
  } catch (error) {
    const first = error instanceof Error ? error.message.split(/\.\s/u)[0] : String(error);
    throw new UsageError(`${first}; "${help}" lists the options.`);
  }
}

/** The value if it is one of the names; the first name if there is no value. */
export function oneOf<const Names extends readonly [string, ...string[]]>(
  option: string,
  value: string | undefined,
  names: Names,
): Names[number] {
  const found = names.find((name) => name === (value ?? names[0]));
  if (found === undefined) throw new UsageError(`${option} must be one of ${names.join(', ')}, not "${value}".`);
  return found;
}

export function numeric(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) throw new UsageError(`${option} must be a number, not "${value}".`);
  return number;
}
