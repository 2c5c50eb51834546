/** What an option must be. */
export interface OptionRule {
  readonly is: (value: unknown) => boolean;
  readonly must: string;
}

/** A rule for each option that there is. */
export type OptionRules<Options> = { readonly [Name in keyof Options]-?: OptionRule };

export const aText: OptionRule = { is: (value) => typeof value === 'string', must: 'a text' };
export const aFunction: OptionRule = { is: (value) => typeof value === 'function', must: 'a function' };
export const aFlag: OptionRule = { is: (value) => typeof value === 'boolean', must: 'true or false' };
export const anObject: OptionRule = { is: (value) => typeof value === 'object' && value !== null, must: 'an object' };
export const atLeastZero: OptionRule = { is: (value) => typeof value === 'number' && value >= 0, must: 'a number, 0 or more' };
/** What it holds is looked at where it is used first. */
export const lookedAtElsewhere: OptionRule = { is: () => true, must: '' };

/**
 * Refuses options that do not exist, which a misspelt name would otherwise hide, and values of a wrong kind. Says no value: it may
 * be a key. `of`: who has been given them.
 *
 * @throws TypeError that names the option and what it may be.
 */
export function checkOptions<Options extends object>(of: string, options: Options, rules: OptionRules<Options>): void {
  if (!anObject.is(options)) throw new TypeError(`${of}: the options are ${String(options)}; pass an object.`);
  const known: ReadonlyMap<string, OptionRule> = new Map(Object.entries(rules));
  for (const [name, value] of Object.entries(options)) {
    const rule = known.get(name);
    if (rule === undefined) throw new TypeError(`${of}: there is no option "${name}"; use ${[...known.keys()].join(', ')}.`);
    if (value !== undefined && !rule.is(value)) throw new TypeError(`${of}: ${name} must be ${rule.must}.`);
  }
}
