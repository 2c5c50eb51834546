import type { FrameKind, TappedFrame } from '@voxrill/core';
import { encodeValue, type JsonValue } from './encode-value.js';

/** Options of {@link compareFrames}. */
export interface CompareFramesOptions {
  /** Compares the frames of these kinds only. @defaultValue all */
  readonly kinds?: readonly FrameKind[];
  /** How far two times may lie apart; sums of fractions are not exact to the last bit. @defaultValue 0.001 */
  readonly toleranceMs?: number;
  /** Fields of a frame that do not matter, like `turn`, or `startMs` of a transcript; `from` and `to` are meant as well. @defaultValue none */
  readonly ignore?: readonly string[];
  /**
   * `any`: of the frames of one and the same time, those of different processors may come in another order. Which of two
   * promises runs first is nothing that anybody has decided, and nothing that a listener could hear. @defaultValue 'order'
   */
  readonly ties?: 'order' | 'any';
}

/** Where two sequences of frames part. */
export interface FrameDifference {
  /** Counted from 0, among the frames that were compared. */
  readonly index: number;
  readonly expected: TappedFrame | undefined;
  readonly actual: TappedFrame | undefined;
  /** What differs, and what came before it, for a person to read. */
  readonly message: string;
}

/** How many of the frames before the difference are told. */
const before = 5;

/**
 * Compares what was seen in two sessions, frame by frame: kind, payload, turn, time, and who handed it to whom; not the ids.
 * Tells the first difference, or nothing when there is none.
 *
 * @example
 * ```ts
 * import type { TappedFrame } from '@voxrill/core';
 *
 * const [monday, tuesday]: readonly (readonly TappedFrame[])[] = [[], []];
 * console.log(compareFrames(monday ?? [], tuesday ?? [])?.message ?? 'the same');
 * ```
 */
export function compareFrames(
  expected: readonly TappedFrame[],
  actual: readonly TappedFrame[],
  options: CompareFramesOptions = {},
): FrameDifference | undefined {
  const { kinds, toleranceMs = 1e-3, ignore = [], ties = 'order' } = options;
  const wanted = kinds === undefined ? undefined : new Set<string>(kinds);
  const [a, b] = [expected, actual].map((all) =>
    wanted === undefined ? all : all.filter(({ frame }) => wanted.has(frame.kind)),
  );
  if (a === undefined || b === undefined) return undefined;
  const rule = { toleranceMs, ignore: new Set(['id', ...ignore]) };
  if (ties === 'order') return firstDifference(a, b, rule, 0);
  const found = firstDifference(byProcessor(a, toleranceMs), byProcessor(b, toleranceMs), rule, 0);
  if (found === undefined) return undefined;
  // Told in the order in which it happened, from where that time began, so that causes stand before effects.
  const at = Math.min(a[found.index]?.at ?? Number.POSITIVE_INFINITY, b[found.index]?.at ?? Number.POSITIVE_INFINITY);
  const began = a.findIndex((tapped) => at - tapped.at <= toleranceMs);
  return firstDifference(a, b, rule, began === -1 ? found.index : Math.min(began, found.index)) ?? found;
}

function firstDifference(
  a: readonly TappedFrame[],
  b: readonly TappedFrame[],
  rule: Rule,
  from: number,
): FrameDifference | undefined {
  for (let index = from; index < Math.max(a.length, b.length); index++) {
    const [first, second] = [a[index], b[index]];
    const what = differenceOf(first, second, rule);
    if (what !== undefined) return { index, expected: first, actual: second, message: told(index, what, a, first, second) };
  }
  return undefined;
}

/** Frames of one time in the order of their processors' names; those of one processor keep theirs. */
function byProcessor(frames: readonly TappedFrame[], toleranceMs: number): readonly TappedFrame[] {
  const groups: TappedFrame[][] = [];
  for (const tapped of frames) {
    const group = groups.at(-1);
    const since = group?.[0]?.at;
    if (group === undefined || since === undefined || tapped.at - since > toleranceMs) groups.push([tapped]);
    else group.push(tapped);
  }
  return groups.flatMap((group) => group.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0)));
}

interface Rule {
  readonly toleranceMs: number;
  readonly ignore: ReadonlySet<string>;
}

function differenceOf(a: TappedFrame | undefined, b: TappedFrame | undefined, rule: Rule): string | undefined {
  if (a === undefined) return 'there is one frame more than expected';
  if (b === undefined) return 'a frame is missing';
  if (a.frame.kind !== b.frame.kind) return `the kind should be ${a.frame.kind} and is ${b.frame.kind}`;
  return different('', fieldsOf(a), fieldsOf(b), rule);
}

function fieldsOf({ frame, from, to, direction }: TappedFrame): JsonValue {
  return encodeValue({ ...frame, from, to, direction });
}

function different(path: string, a: JsonValue | undefined, b: JsonValue | undefined, rule: Rule): string | undefined {
  if (a === b) return undefined;
  if (typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= rule.toleranceMs) return undefined;
  if (isNode(a) && isNode(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (path === '' && rule.ignore.has(key)) continue;
      const found = different(path === '' ? key : `${path}.${key}`, a[key], b[key], rule);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return `${path} should be ${short(a)} and is ${short(b)}`;
}

function isNode(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null;
}

function told(
  index: number,
  what: string,
  all: readonly TappedFrame[],
  expected: TappedFrame | undefined,
  actual: TappedFrame | undefined,
): string {
  const history = all.slice(Math.max(0, index - before), index).map((tapped) => `    ${line(tapped)}`);
  const shown = [
    `Frame ${index}: ${what}.`,
    ...(history.length === 0 ? [] : ['  after', ...history]),
    `  expected ${expected === undefined ? 'nothing more' : line(expected)}`,
    `  got      ${actual === undefined ? 'nothing more' : line(actual)}`,
  ];
  return shown.join('\n');
}

function line({ at, from, to, frame }: TappedFrame): string {
  const { kind, id: _id, at: _at, turn, ...payload } = frame;
  return `${Math.round(at * 1000) / 1000} ms, turn ${turn}, ${from} → ${to}: ${kind} ${short(encodeValue(payload))}`;
}

function short(value: JsonValue | undefined): string {
  const text = JSON.stringify(value, countSamples) ?? 'nothing';
  return text.length <= 160 ? text : `${text.slice(0, 159)}…`;
}

/** Nobody reads base64. */
function countSamples(key: string, value: unknown): unknown {
  return key === '$pcm' && typeof value === 'string' ? Math.floor((value.replaceAll('=', '').length * 3) / 8) : value;
}
