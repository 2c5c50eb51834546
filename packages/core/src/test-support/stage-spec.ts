import fc from 'fast-check';

/** Kinds that the random pipelines know: two of the data lane, of which one survives, and one of each other lane. */
export const replyKind = 'llm-text';
const factKind = 'transcription';
const mediaKind = 'input-audio';
export const controlKind = 'metrics';
export const scriptKinds = [replyKind, factKind, mediaKind, controlKind] as const;
export type ScriptKind = (typeof scriptKinds)[number];
export type Direction = 'down' | 'up';

/** What a handler gives back. */
export type Result = SyncResult | AsyncResult;
export type SyncResult = (typeof syncResults)[number];
export type AsyncResult = (typeof asyncResults)[number];
export const syncResults = ['nothing', 'same', 'copy', 'pair', 'generator'] as const;
export const asyncResults = ['promise', 'iterable', 'observable', 'at-once', 'hang', 'foreign'] as const;

/** What a handler does besides, before it gives something back. */
export type Aside = 'none' | 'throw' | 'interrupt' | 'push-back' | 'push-on' | 'cancel' | 'end';

export interface Deed {
  readonly result: Result;
  readonly aside: Aside;
  readonly delayMs: number;
  /** Asynchronous work fails at its end. */
  readonly fails: boolean;
  /** Asynchronous work pays no heed to its signal. */
  readonly deaf: boolean;
}

export interface HandlerSpec {
  readonly direction: Direction;
  readonly kind: ScriptKind;
  /** Taken in turn, call by call. */
  readonly deeds: readonly Deed[];
}

export type StageSpec =
  | { readonly type: 'pass' }
  | { readonly type: 'handlers'; readonly handlers: readonly HandlerSpec[] }
  | {
      readonly type: 'operator';
      readonly direction: Direction;
      readonly does: 'copy' | 'filter' | 'throw';
      readonly every: number;
    }
  | { readonly type: 'raw' }
  | { readonly type: 'gate' }
  | { readonly type: 'chain'; readonly stages: readonly StageSpec[] }
  | { readonly type: 'parallel'; readonly branches: readonly (readonly StageSpec[])[] };

export type Step =
  | { readonly afterMs: number; readonly do: 'down' | 'up'; readonly kind: ScriptKind; readonly count: number }
  | { readonly afterMs: number; readonly do: 'interrupt' | 'cancel' | 'end' };

export interface Plan {
  readonly stages: readonly StageSpec[];
  readonly script: readonly Step[];
  readonly tapped: boolean;
}

/** What may occur in a random plan. */
export interface PlanLimits {
  readonly results?: readonly Result[];
  readonly controlResults?: readonly Result[];
  readonly asides?: readonly Aside[];
  readonly stages?: readonly StageSpec['type'][];
  readonly operators?: readonly ('copy' | 'filter' | 'throw')[];
  readonly steps?: readonly Step['do'][];
  readonly async?: { readonly fails: boolean };
}

/** Random plans; what is not limited is all there is. */
export function plans(limits: PlanLimits = {}): fc.Arbitrary<Plan> {
  const {
    results = [...syncResults, ...asyncResults],
    controlResults = results,
    asides = ['none', 'none', 'none', 'throw', 'interrupt', 'push-back', 'push-on', 'cancel', 'end'],
    stages = ['pass', 'handlers', 'handlers', 'handlers', 'operator', 'raw', 'gate', 'chain', 'parallel'],
    operators = ['copy', 'filter', 'throw'],
    steps = ['down', 'down', 'down', 'down', 'up', 'up', 'interrupt', 'interrupt', 'cancel', 'end'],
    async = { fails: true },
  } = limits;

  const deed = (from: readonly Result[]): fc.Arbitrary<Deed> =>
    fc.record({
      result: fc.constantFrom(...from),
      aside: fc.constantFrom(...asides),
      delayMs: fc.nat({ max: 3 }),
      fails: async.fails ? fc.boolean() : fc.constant(false),
      deaf: fc.boolean(),
    });
  const handler: fc.Arbitrary<HandlerSpec> = fc.constantFrom(...scriptKinds).chain((kind) =>
    fc.record({
      direction: fc.constantFrom<Direction>('down', 'down', 'up'),
      kind: fc.constant(kind),
      deeds: fc.array(deed(kind === controlKind ? controlResults : results), { minLength: 1, maxLength: 3 }),
    }),
  );
  const leaf = (type: StageSpec['type']): fc.Arbitrary<StageSpec> => {
    switch (type) {
      case 'handlers':
        return fc.array(handler, { minLength: 1, maxLength: 4 }).map((handlers) => ({ type, handlers }));
      case 'operator':
        return fc.record({
          type: fc.constant(type),
          direction: fc.constantFrom<Direction>('down', 'up'),
          does: fc.constantFrom(...operators),
          every: fc.integer({ min: 1, max: 4 }),
        });
      case 'raw':
      case 'gate':
        return fc.constant({ type });
      default:
        return fc.constant({ type: 'pass' });
    }
  };
  const leaves = fc.oneof(...stages.filter((type) => type !== 'chain' && type !== 'parallel').map(leaf));
  const row = fc.array(leaves, { minLength: 1, maxLength: 2 });
  const composites: fc.Arbitrary<StageSpec>[] = [];
  if (stages.includes('chain')) composites.push(row.map((inner) => ({ type: 'chain', stages: inner })));
  if (stages.includes('parallel')) {
    const branches = fc.array(row, { minLength: 1, maxLength: 3 });
    composites.push(branches.map((inner) => ({ type: 'parallel', branches: inner })));
  }
  const stage = fc.oneof({ arbitrary: leaves, weight: 4 }, ...composites.map((arbitrary) => ({ arbitrary, weight: 1 })));

  const step: fc.Arbitrary<Step> = fc.constantFrom(...steps).chain((what): fc.Arbitrary<Step> => {
    const afterMs = fc.constantFrom(0, 0, 1, 2, 5);
    return what === 'down' || what === 'up'
      ? fc.record({
          afterMs,
          do: fc.constant(what),
          kind: fc.constantFrom(...scriptKinds),
          count: fc.integer({ min: 1, max: 3 }),
        })
      : fc.record({ afterMs, do: fc.constant(what) });
  });
  return fc.record({
    stages: fc.array(stage, { minLength: 1, maxLength: 4 }),
    script: fc.array(step, { minLength: 1, maxLength: 12 }),
    tapped: fc.boolean(),
  });
}
