import { numeric, readValues } from '../command-line/read-values.js';
import { UsageError } from '../command-line/usage-error.js';

/** What one run is to do. */
export interface SimOptions {
  readonly seed: number;
  readonly count: number;
  /** Just this one of them, with its timeline. */
  readonly only: number | undefined;
  /** What is broken on purpose. */
  readonly broken: (typeof breakable)[number] | undefined;
}

const breakable = ['epoch'] as const;

export const simUsage = `Usage: npm run sim -- [options]

Holds random conversations with bots of fakes, on the virtual clock, and checks that what must always hold does.

  --seed N          which conversations: the same seed always gives the same ones (default: 1)
  --count N         how many (default: 2000)
  --only N          just the Nth of that seed, counted from 0, with its timeline
  --break epoch     lets work of a dead turn go on, to see that it is noticed
  --help
`;

const declared = {
  seed: { type: 'string' },
  count: { type: 'string' },
  only: { type: 'string' },
  break: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Reads the command line; a mistake in it is a `UsageError`. */
export function readSimOptions(argv: readonly string[]): SimOptions | 'help' {
  const values = readValues(argv, declared, 'npm run sim -- --help');
  if (values.help === true) return 'help';
  const broken = breakable.find((name) => name === values.break);
  if (values.break !== undefined && broken === undefined)
    throw new UsageError(`--break must be ${breakable.join(' or ')}, not "${values.break}".`);
  const count = whole('--count', values.count) ?? 2000;
  if (count === 0) throw new UsageError('--count must be 1 or more.');
  return { seed: whole('--seed', values.seed) ?? 1, count, only: whole('--only', values.only), broken };
}

function whole(option: string, value: string | undefined): number | undefined {
  const number = numeric(option, value);
  if (number !== undefined && !(Number.isSafeInteger(number) && number >= 0))
    throw new UsageError(`${option} must be a whole number, 0 or more, not "${value}".`);
  return number;
}
