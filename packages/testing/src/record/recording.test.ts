import {
  createSession,
  defineFrameKind,
  defineProcessor,
  pipeline,
  ServiceError,
  type TappedFrame,
  VirtualClock,
} from '@voxrill/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareFrames } from './compare-frames.js';
import { decodeValue } from './decode-value.js';
import { encodeValue } from './encode-value.js';
import { RecordingError, readRecording } from './read-recording.js';
import { type RecordFramesOptions, recordFrames } from './record-frames.js';
import { SeenIds } from './seen-ids.js';

declare module '@voxrill/core' {
  interface FrameMap {
    'test-weather': { readonly celsius: number; readonly stations: ReadonlySet<string> };
  }
}

/** A session of two stages that only pass frames on. */
function quietSession() {
  const clock = new VirtualClock();
  const kinds = [defineFrameKind('test-weather', { lane: 'data', survivesInterruption: true })];
  const stages = pipeline(defineProcessor('one', {}, { kinds }), defineProcessor('two', {}));
  return { clock, session: createSession(stages, { clock, id: 'quiet' }) };
}

async function record(options: RecordFramesOptions = {}, act?: (session: ReturnType<typeof quietSession>['session']) => void) {
  const { clock, session } = quietSession();
  const lines: string[] = [];
  const recorder = recordFrames(session, (line) => void lines.push(line), options);
  await session.start();
  act?.(session);
  await clock.runUntil(session.end());
  return { lines, summary: await recorder.done };
}

describe('a recording of frames', () => {
  it('begins with its version, has a line for each frame in order, and ends with a line that says it is whole', async () => {
    const { lines, summary } = await record({}, (session) => session.send(session.frame('input-text', { text: 'Hello.' })));
    expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
    expect(JSON.parse(lines[0]!)).toEqual({ voxrill: 'recording', version: 1, session: 'quiet', hops: 'first' });
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ end: { reason: 'ended', dropped: 0 } });
    const { frames, complete, ending } = await readRecording(lines);
    expect(complete).toBe(true);
    expect(frames.map(({ frame, from }) => [frame.kind, from])).toEqual([
      ['start', 'session'],
      ['input-text', 'session'],
      ['end', 'session'],
    ]);
    expect(ending).toEqual({ at: 0, afterFrames: 2 });
    expect(summary).toEqual({ lines: lines.length, dropped: 0 });
  });

  it('says where an interruption began, which is before the frames that come of it', async () => {
    const clock = new VirtualClock();
    const sayWhenCut = defineProcessor('cut', (stage) => {
      stage.session.onInterrupt(() => stage.pushDown(stage.frame('input-text', { text: 'Cut.' })));
      return { down: { 'input-dtmf': () => stage.session.interrupt('A key.', stage.name) } };
    });
    const session = createSession(pipeline(sayWhenCut), { clock });
    const lines: string[] = [];
    const recorder = recordFrames(session, (line) => void lines.push(line));
    await session.start();
    session.interrupt('Silence.');
    await clock.advance(10);
    session.send(session.frame('input-dtmf', { digit: '1' }));
    session.cancel();
    await clock.runUntil(session.done);
    await recorder.done;
    const { frames, turns } = await readRecording(lines);
    expect(frames.map(({ frame }) => frame.kind)).toEqual([
      ...['start', 'input-text', 'interruption', 'input-dtmf', 'input-text', 'interruption', 'input-text', 'cancel'],
    ]);
    expect(turns).toEqual([
      { turn: 1, at: 0, afterFrames: 1 },
      { turn: 2, at: 10, afterFrames: 4 },
      { turn: 3, at: 10, afterFrames: 6 },
    ]);
    const [byTheApplication, byAStage] = frames.filter(({ frame }) => frame.kind === 'interruption');
    expect(byTheApplication?.frame).not.toHaveProperty('by');
    expect(byAStage?.frame).toMatchObject({ reason: 'A key.', by: 'cut' });
  });

  it('holds each hop of a frame if it is asked to', async () => {
    const { lines } = await record({ hops: 'all' }, (session) => session.send(session.frame('input-text', { text: 'Hello.' })));
    const { frames } = await readRecording(lines);
    const hops = frames.filter(({ frame }) => frame.kind === 'input-text').map(({ from, to }) => `${from} ${to}`);
    expect(hops).toEqual(['session pipeline', 'one two', 'pipeline session']);
  });

  it('keeps audio to the sample, and frames of kinds that only a plug-in knows', async () => {
    const samples = Int16Array.of(0, 1, -1, 32767, -32768);
    const { lines } = await record({}, (session) => {
      session.send(session.frame('input-audio', { samples, sampleRate: 16_000, channels: 1 }));
      session.send(session.frame('test-weather', { celsius: 21, stations: new Set(['north']) }));
    });
    const { frames } = await readRecording(lines);
    expect(frames[1]?.frame).toMatchObject({ kind: 'input-audio', samples, sampleRate: 16_000, channels: 1 });
    expect(frames[2]?.frame).toMatchObject({ kind: 'test-weather', celsius: 21, stations: new Set(['north']) });
  });

  it('writes errors by name, message, category and cause, and without their stack', () => {
    const error = new ServiceError('server', 'It broke.', { cause: new TypeError('Because.') });
    const encoded = encodeValue({ cause: error });
    expect(JSON.stringify(encoded)).not.toMatch(/stack|\.ts/u);
    const { cause } = decodeValue(encoded) as { cause: ServiceError };
    expect(cause).toBeInstanceOf(ServiceError);
    expect(cause).toMatchObject({ name: 'ServiceError', message: 'It broke.', category: 'server', usable: true });
    expect(cause.cause).toMatchObject({ name: 'TypeError', message: 'Because.' });
  });

  it('comes back as it was, whatever a payload is made of', () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.boolean(),
      fc.constant(null),
      fc.double(),
      fc.bigInt(),
      fc.int16Array(),
      fc.uint8Array(),
      fc.date({ noInvalidDate: true }),
    );
    const key = fc
      .oneof(fc.string(), fc.constantFrom('$pcm', '$error', '$object', 'text'))
      .filter((name) => name !== '__proto__');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree')),
        fc.dictionary(key, tie('tree')),
        fc.array(tie('tree')).map((all) => new Set(all)),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(toPlain(decodeValue(JSON.parse(JSON.stringify(encodeValue(value)))))).toEqual(toPlain(value));
      }),
    );
  });

  it('leaves out what cannot be written, and never fails on it', () => {
    const cycle: Record<string, unknown> = { name: 'a' };
    cycle.self = cycle;
    const trap = Object.defineProperty({}, 'field', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    let deep: unknown = 1;
    for (let i = 0; i < 10_000; i++) deep = [deep];
    expect(encodeValue(cycle)).toEqual({ name: 'a', self: { $omitted: 'cycle' } });
    expect(encodeValue({ run: () => 1, trap })).toEqual({ run: { $omitted: 'function' }, trap: { $omitted: 'unreadable' } });
    expect(JSON.stringify(encodeValue(deep))).toContain('too deep');
    expect(JSON.stringify(encodeValue(new Array(300_000).fill(0))).length).toBeLessThan(8_000_000);
  });

  it('waits for a slow writer, and beyond its bound leaves lines out and says so', async () => {
    const { clock, session } = quietSession();
    const lines: string[] = [];
    const slow = async (line: string): Promise<void> => {
      await clock.sleep(10);
      lines.push(line);
    };
    const recorder = recordFrames(session, slow, { maxWaiting: 5 });
    await session.start();
    for (let i = 0; i < 20; i++) session.send(session.frame('input-text', { text: String(i) }));
    await clock.runUntil(session.end());
    await clock.runUntil(recorder.done);
    const { dropped } = await recorder.done;
    expect(dropped).toBeGreaterThan(10);
    const { frames, complete } = await readRecording(lines);
    expect(complete).toBe(false);
    expect(frames.length + dropped).toBe(22 + 1);
  });

  it('stops when it cannot be written, tells the session once, and the session goes on', async () => {
    const { clock, session } = quietSession();
    let writes = 0;
    const recorder = recordFrames(session, () => {
      writes++;
      if (writes > 2) throw new Error('The disk is full.');
    });
    await session.start();
    for (let i = 0; i < 5; i++) session.send(session.frame('input-text', { text: String(i) }));
    const ended = session.end();
    await clock.runUntil(ended);
    const { reason, errors } = await ended;
    expect(reason).toBe('ended');
    expect(errors.map(({ message }) => message)).toEqual(['The recording has stopped: The disk is full.']);
    expect(await recorder.done).toMatchObject({ lines: 2, failed: { message: 'The disk is full.' } });
  });

  it('knows in constant memory what it has seen, also of ids that come out of order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400_000 }), { maxLength: 300 }), (ids) => {
        const seen = new SeenIds();
        const known = new Set<number>();
        let newest = 0;
        for (const id of ids) {
          newest = Math.max(newest, id);
          expect(seen.first(id)).toBe(id > newest - 65_536 && !known.has(id));
          known.add(id);
        }
      }),
    );
  });
});

describe('reading a recording', () => {
  const head = '{"voxrill":"recording","version":1,"session":"s","hops":"first"}';
  const frame = (payload: object, more: object = {}) =>
    JSON.stringify({ at: 1, from: 'a', to: 'b', direction: 'down', frame: { id: 1, at: 1, turn: 0, ...payload }, ...more });

  it.each([
    ['nothing at all', [], 1, /there is nothing in it/u],
    ['another file', ['{"name":"package"}'], 1, /does not begin a recording/u],
    ['a later version', [head.replace('1', '2')], 1, /version 2/u],
    ['no JSON in the middle', [head, 'no', frame({ kind: 'start' })], 2, /not JSON/u],
    ['a direction that is none', [head, frame({ kind: 'start' }, { direction: 'left' })], 2, /"direction"/u],
    ['a frame without a kind', [head, '', frame({})], 3, /"kind" must be text/u],
    ['audio without samples', [head, frame({ kind: 'input-audio', sampleRate: 8000, channels: 1 })], 2, /"samples"/u],
    ['samples that are cut', [head, frame({ kind: 'input-audio', samples: { $pcm: 'AA==' } })], 2, /whole number of 16-bit/u],
    ['text that is a number', [head, frame({ kind: 'input-text', text: 5 })], 2, /"text" must be text/u],
    ['something behind the end', [head, '{"end":{"dropped":0}}', frame({ kind: 'start' })], 3, /behind the line that ends/u],
  ])('refuses %s, and names the line', async (_what, lines, line, message) => {
    const error = await readRecording(lines).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RecordingError);
    expect(error).toMatchObject({ line, message: expect.stringMatching(message) });
  });

  it('takes the text of a file, and a last line that was cut short', async () => {
    const { frames, complete } = await readRecording(`${head}\n${frame({ kind: 'start' })}\n{"at":2,"fr`);
    expect(frames).toHaveLength(1);
    expect(complete).toBe(false);
  });
});

describe('comparing frames', () => {
  const tapped = (text: string, at = 10, id = 1): TappedFrame => {
    const frame: TappedFrame['frame'] = { kind: 'llm-text', id, at, turn: 1, text, response: 'r' };
    return { frame, from: 'model', to: 'voice', direction: 'down', at };
  };

  it('finds no difference in ids, nor in the last bits of times', () => {
    expect(compareFrames([tapped('a')], [tapped('a', 10 + 1e-9, 7)])).toBeUndefined();
  });

  it('lets processors change places at one and the same time if it is asked to, but not the frames of one', () => {
    const other: TappedFrame = { ...tapped('x'), from: 'another' };
    const [a, b] = [tapped('a'), tapped('b')];
    expect(compareFrames([a, other, b], [a, b, other], { ties: 'any' })).toBeUndefined();
    expect(compareFrames([a, other, b], [a, b, other])).toMatchObject({ index: 1 });
    expect(compareFrames([a, other, b], [b, a, other], { ties: 'any' })).toBeDefined();
  });

  it.each([
    ['a field', [tapped('a'), tapped('b')], [tapped('a'), tapped('c')], 1, /text should be "b" and is "c"/u],
    ['a missing frame', [tapped('a'), tapped('b')], [tapped('a')], 1, /a frame is missing/u],
    ['one frame more', [tapped('a')], [tapped('a'), tapped('b')], 1, /one frame more/u],
    ['a time', [tapped('a')], [tapped('a', 12)], 0, /at should be 10 and is 12/u],
  ])('tells of %s where it first is', (_what, expected, actual, index, message) => {
    expect(compareFrames(expected, actual)).toMatchObject({ index, message: expect.stringMatching(message) });
  });
});

/** `toEqual` tells -0 from 0 and knows typed arrays; decoded objects have no prototype of their own to differ in. */
function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Set) return { set: [...value].map(toPlain) };
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null) return toPlain({ ...value });
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, toPlain(field)]));
  return value;
}
