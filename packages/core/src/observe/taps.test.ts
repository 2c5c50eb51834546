import { describe, expect, test } from 'vitest';
import type { Frame } from '../frames/frame.js';
import { silentLogger } from '../session/logger.js';
import { call } from '../test-support/call.js';
import { watchedSession } from '../test-support/watched-session.js';
import { contextTap, type TappedContext } from './context-tap.js';
import { eventLogger } from './event-logger.js';
import { transcriptSink } from './transcript-sink.js';
import { type TranscriptEntry, type TranscriptTapOptions, transcriptTap } from './transcript-tap.js';

async function tapped(options: TranscriptTapOptions = {}) {
  const entries: TranscriptEntry[] = [];
  const watched = watchedSession(
    {},
    transcriptTap((entry) => entries.push(entry), options),
  );
  await watched.session.start();
  return { ...watched, entries };
}

const spoken = { text: 'Guten Tag.', utterance: 'u1', startMs: 100, endMs: 900 } as const;

describe('a transcript tap', () => {
  test('tells of both sides: what was recognised or typed, and what was heard (S001-34)', async () => {
    const { session, clock, entries } = await tapped();
    await clock.advance(1000);
    session.send(session.frame('transcription', spoken));
    session.send(session.frame('input-text', { text: 'typed' }));
    session.interrupt();
    const said = { utterance: 'b1', playedMs: 300, text: 'Hello' } as const;
    session.send(session.frame('bot-spoke', { ...said, state: 'playing' }));
    await clock.advance(500);
    session.send(session.frame('bot-spoke', { ...said, playedMs: 800, text: 'Hello there.', state: 'complete' }));
    session.send(session.frame('bot-spoke', { ...said, utterance: 'b2', state: 'interrupted', aside: true }));
    expect(entries).toMatchObject([
      { id: 'u1', who: 'user', text: 'Guten Tag.', atMs: 100, endMs: 900, turn: 0, final: true, utterance: 'u1' },
      { who: 'user', text: 'typed', atMs: 1000, endMs: 1000, turn: 0, final: true },
      { id: 'b1', who: 'bot', text: 'Hello there.', atMs: 700, endMs: 1500, turn: 1, final: true },
      { id: 'b2', who: 'bot', text: 'Hello', interrupted: true, aside: true },
    ]);
    expect(entries[2]).not.toHaveProperty('interrupted');
  });

  test('passes on the language that the recogniser knows, and names none where it does not (S001-54)', async () => {
    const { session, entries } = await tapped();
    session.send(session.frame('transcription', { ...spoken, language: 'de' }));
    session.send(session.frame('transcription', spoken));
    expect(entries.map(({ language }) => language)).toEqual(['de', undefined]);
  });

  test('keeps the two kinds of text apart: what a model writes is nobody’s words until it is heard, and then the bot’s (S000-14)', async () => {
    const { session, entries } = await tapped({ interim: true });
    session.send(session.frame('llm-text', { text: 'Never heard.', response: 'r' }));
    session.send(session.frame('tts-started', { text: 'Never heard.', utterance: 'b1' }));
    session.send(session.frame('bot-spoke', { utterance: 'b1', text: '', playedMs: 0, state: 'interrupted' }));
    session.send(session.frame('user-stopped-speaking', { text: 'Guten Tag.', speechAtMs: 0 }));
    expect(entries).toEqual([]);
    session.send(session.frame('transcription', spoken));
    session.send(session.frame('bot-spoke', { utterance: 'b2', text: 'Heard.', playedMs: 10, state: 'complete' }));
    expect(entries.map(({ who, text }) => `${who}: ${text}`)).toEqual(['user: Guten Tag.', 'bot: Heard.']);
  });

  test('tells what is understood and heard so far, if it is asked to, under the id of the final entry', async () => {
    const { session, entries } = await tapped({ interim: true });
    session.send(session.frame('interim-transcription', { ...spoken, text: 'Guten' }));
    session.send(session.frame('transcription', spoken));
    session.send(session.frame('bot-spoke', { utterance: 'b1', text: 'He', playedMs: 10, state: 'playing' }));
    session.send(session.frame('bot-spoke', { utterance: 'b1', text: 'Hello', playedMs: 30, state: 'complete' }));
    expect(entries.map(({ id, text, final }) => [id, text, final])).toEqual([
      ['u1', 'Guten', false],
      ['u1', 'Guten Tag.', true],
      ['b1', 'He', false],
      ['b1', 'Hello', true],
    ]);
  });

  test('tells of a frame once, though it comes both ways, and remembers no more than it must', async () => {
    const { session, entries } = await tapped();
    const frame = session.frame('transcription', spoken);
    session.send(frame);
    session.send(frame);
    for (let i = 0; i < 600; i++) session.send(session.frame('input-text', { text: `${i}` }));
    expect(entries.length).toBe(601);
  });

  test('whose listener throws costs an error frame, and the frame goes on', async () => {
    const { session, errors, kinds } = watchedSession(
      {},
      transcriptTap(() => {
        throw new Error('boom');
      }),
    );
    await session.start();
    session.send(session.frame('transcription', spoken));
    expect(kinds()).toContain('transcription');
    expect(errors()).toMatchObject([{ processor: 'transcript-tap', message: 'boom' }]);
  });
});

describe('a transcript sink', () => {
  test('writes a line of JSON for each entry, with times, roles and item ids (S001-55)', async () => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    const sink = transcriptSink({ write, wallTime: () => new Date(Date.UTC(2025, 0, 2)) });
    const { session } = watchedSession({ id: 'call-7' }, transcriptTap(sink, { interim: true }));
    await session.start();
    session.send(session.frame('interim-transcription', { ...spoken, text: 'Guten' }));
    session.send(session.frame('transcription', { ...spoken, language: 'de' }));
    session.send(session.frame('bot-spoke', { utterance: 'b1', text: 'A "quote"\nand', playedMs: 0, state: 'interrupted' }));
    expect(lines.every((line) => !line.includes('\n'))).toBe(true);
    const time = '2025-01-02T00:00:00.000Z';
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        ...{ session: 'call-7', id: 'u1', role: 'user', text: 'Guten Tag.', atMs: 100, endMs: 900, time, turn: 0 },
        language: 'de',
      },
      {
        ...{ session: 'call-7', id: 'b1', role: 'assistant', text: 'A "quote"\nand', atMs: 0, endMs: 0, time, turn: 0 },
        interrupted: true,
      },
    ]);
  });

  test('keeps the session from ending before all is written, and reports what cannot be written', async () => {
    let failed = false;
    const sink = transcriptSink({
      write: async () => {
        await clock.sleep(50);
        failed = true;
        throw new Error('The disk is full.');
      },
    });
    const { session, clock, errors } = watchedSession({}, transcriptTap(sink));
    await session.start();
    session.send(session.frame('transcription', spoken));
    await clock.runUntil(session.end({ drainMs: 1000 }));
    expect(failed).toBe(true);
    expect((await session.done).durationMs).toBe(50);
    expect(errors()).toMatchObject([{ processor: 'transcript', message: 'The disk is full.' }]);
  });

  test('hands over a line when the one before is written, and after a cancel what still waits', async () => {
    const lines: string[] = [];
    let writing = 0;
    const write = async (line: string): Promise<void> => {
      expect(++writing).toBe(1);
      await clock.sleep(10);
      lines.push(JSON.parse(line).text);
      writing--;
    };
    const { session, clock } = watchedSession({}, transcriptTap(transcriptSink({ write })));
    await session.start();
    for (const text of ['one', 'two', 'three']) session.send(session.frame('input-text', { text }));
    session.cancel();
    await clock.runUntil(session.done);
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  test('whose write hangs keeps no more lines than it may, says so once, and does not keep the session from ending', async () => {
    let written = 0;
    const write = (): Promise<void> => {
      written++;
      return new Promise(() => undefined);
    };
    const { session, clock, errors } = watchedSession({}, transcriptTap(transcriptSink({ write, maxWaiting: 5 })));
    await session.start();
    for (let i = 0; i < 100; i++) session.send(session.frame('input-text', { text: `${i}` }));
    expect(written).toBe(1);
    expect(errors()).toMatchObject([{ processor: 'transcript', message: expect.stringMatching(/5 events waiting/u) }]);
    await clock.runUntil(session.end({ drainMs: 1000 }));
    expect(await session.done).toMatchObject({ reason: 'timed-out' });
    expect(clock.pendingTimers).toBe(0);
  });

  test('whose write throws says so once in a row, and goes on', async () => {
    const lines: string[] = [];
    const write = (line: string): void => {
      if (line.includes('bad')) throw new Error('no');
      lines.push(JSON.parse(line).text);
    };
    const { session, errors } = watchedSession({}, transcriptTap(transcriptSink({ write })));
    await session.start();
    for (const text of ['bad', 'bad', 'good', 'bad']) session.send(session.frame('input-text', { text }));
    expect(lines).toEqual(['good']);
    expect(errors()).toMatchObject([{ message: 'no' }, { message: 'no' }]);
  });

  test('refuses a bound that keeps nothing', () => {
    expect(() => transcriptSink({ write: () => undefined, maxWaiting: 0 })).toThrow(/maxWaiting is 0/u);
  });
});

test('a context tap sees each request to the model', async () => {
  const seen: TappedContext[] = [];
  const { session, kinds } = watchedSession(
    {},
    contextTap((context) => seen.push(context)),
  );
  await session.start();
  const messages = [{ role: 'user', content: 'Hi' }] as const;
  session.send(session.frame('llm-context', { messages, tools: [] }));
  session.send(session.frame('llm-context', { messages, tools: [], speculative: 'text' }));
  expect(seen).toEqual([
    { messages, tools: [], atMs: 0, turn: 0, speculative: false },
    { messages, tools: [], atMs: 0, turn: 0, speculative: true },
  ]);
  expect(kinds().filter((kind) => kind === 'llm-context').length).toBe(2);
});

describe('an event logger', () => {
  test('writes a readable line for control frames, transcripts and brackets, and none for audio or pieces of text', async () => {
    const lines: string[] = [];
    const { session, clock } = watchedSession({ id: 'call-7' }, eventLogger({ log: (line) => lines.push(line) }));
    await session.start();
    await clock.advance(1234.4);
    const audio = { samples: new Int16Array(160), sampleRate: 16_000, channels: 1 };
    session.send(session.frame('input-audio', audio));
    session.send(session.frame('transcription', spoken));
    session.send(session.frame('llm-response-start', { response: 'r' }));
    session.send(session.frame('llm-text', { text: 'Hi', response: 'r' }));
    session.send(session.frame('tts-audio', { ...audio, utterance: 'b1' }));
    session.send(session.frame('bot-spoke', { utterance: 'b1', text: 'H', playedMs: 5, state: 'playing' }));
    session.send(session.frame('bot-spoke', { utterance: 'b1', text: 'Hi', playedMs: 9.87654, state: 'complete' }));
    session.send(session.frame('metrics', { metrics: [{ name: 'ttfb', value: 120.5, unit: 'ms' }] }));
    session.send(session.frame('tool-calls', { group: 'g', calls: [{ id: 'c', name: 'look', arguments: '{"a":1}' }] }));
    expect(lines).toEqual([
      'call-7 ↓ 0 ms turn 0 start',
      'call-7 ↓ 1234 ms turn 0 transcription text="Guten Tag." utterance="u1" startMs=100 endMs=900',
      'call-7 ↓ 1234 ms turn 0 llm-response-start response="r"',
      'call-7 ↓ 1234 ms turn 0 bot-spoke utterance="b1" text="Hi" playedMs=9.877 state="complete"',
      'call-7 ↓ 1234 ms turn 0 metrics ttfb=120.5 ms',
      'call-7 ↓ 1234 ms turn 0 tool-calls look({"a":1})',
    ]);
  });

  test('writes the kinds that it is asked for into the log of the session, and never what audio holds', async () => {
    const lines: string[] = [];
    const logger = { ...silentLogger, info: (message: string) => lines.push(message) };
    const { session } = watchedSession({ logger, id: 's' }, eventLogger({ kinds: ['input-audio', 'tool-result'] }));
    await session.start();
    session.send(session.frame('input-audio', { samples: new Int16Array(160), sampleRate: 16_000, channels: 1 }));
    const outcome = { status: 'error', message: 'x'.repeat(500) } as const;
    session.send(session.frame('tool-result', { group: 'g', callId: 'c', name: 'n', outcome }));
    expect(lines[0]).toBe('s ↓ 0 ms turn 0 input-audio samples=<320 bytes> sampleRate=16000 channels=1');
    expect(lines[1]).toMatch(/outcome=\{ status: "error", message: "x+…/u);
    expect(lines[1]?.length).toBeLessThan(300);
  });

  test('whose log throws keeps no frame from its way', async () => {
    const log = (): never => {
      throw new Error('boom');
    };
    const { session, kinds, errors } = watchedSession({}, eventLogger({ kinds: ['llm-text'], log }));
    await session.start();
    session.send(session.frame('llm-text', { text: 'a', response: 'r' }));
    expect(kinds()).toEqual(['start', 'llm-text']);
    expect(errors()).toMatchObject([{ processor: 'event-logger', message: 'boom' }]);
  });
});

test('the frames of a real call are told as both sides heard them', async () => {
  const { type, clock, frames, finish } = await call();
  type('hello');
  await clock.advance(3000);
  const entries: TranscriptEntry[] = [];
  const replay = watchedSession(
    {},
    transcriptTap((entry) => entries.push(entry)),
  );
  await replay.session.start();
  for (const frame of frames satisfies readonly Frame[]) {
    if (frame.kind === 'input-text' || frame.kind === 'bot-spoke') replay.session.send(frame);
  }
  expect(entries.map(({ who, text }) => `${who}: ${text}`)).toEqual(['user: hello', 'bot: Answer 1.']);
  await finish();
});
