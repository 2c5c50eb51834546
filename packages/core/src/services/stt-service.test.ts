import { describe, expect, test } from 'vitest';
import { type CallScript, call } from '../test-support/call.js';
import { ServiceError } from './service-error.js';

const never = (): Promise<never> => new Promise(() => undefined);

describe('a speech recogniser', () => {
  test('gets the audio from before the onset that its prefix asks for, and all until the end of speech', async () => {
    const heard: number[] = [];
    const { audio, clock, session, startSpeaking, stopSpeaking, finish } = await call({
      stt: { prefixMs: 100 },
      transcribe: async function* (speech) {
        for await (const chunk of speech.chunks) heard.push(...chunk);
        yield { text: 'x', final: true };
      },
    });
    for (let i = 1; i <= 50; i++) {
      await clock.advance(20);
      audio(i);
    }
    startSpeaking();
    for (let i = 51; i <= 55; i++) {
      await clock.advance(20);
      audio(i);
    }
    stopSpeaking();
    await clock.advance(20);
    audio(56);
    await clock.advance(1);
    expect([...new Set(heard)]).toEqual([46, 47, 48, 49, 50, 51, 52, 53, 54, 55]);
    expect(heard.length).toBe(10 * 320);
    expect(session.state).toBe('running');
    await finish();
  });

  test('sends what it hears both ways, interim and final, with the turn in which it was spoken', async () => {
    const { speak, clock, frames, top, finish } = await call({
      transcribe: async function* (audio) {
        for await (const _ of audio.chunks) yield { text: 'wor', final: false };
        yield { text: 'words', final: true };
      },
    });
    await speak();
    await clock.advance(10);
    for (const side of [frames, top]) {
      const said = side.filter(({ kind }) => kind === 'transcription' || kind === 'interim-transcription');
      expect(said.at(-1)).toMatchObject({
        kind: 'transcription',
        text: 'words',
        turn: 1,
        utterance: 'stt-1',
        startMs: 0,
        endMs: 200,
      });
      expect(said.length).toBeGreaterThan(2);
    }
    await finish();
  });

  test('reports before each final result how much audio it has taken, also when it gives up early', async () => {
    let greedy = true;
    const { speak, clock, frames, top, finish } = await call({
      transcribe: async function* (audio) {
        let chunks = 0;
        for await (const _ of audio.chunks) if (++chunks === 2 && !greedy) break;
        yield { text: 'words', final: true };
      },
    });
    await speak();
    await clock.advance(10);
    greedy = false;
    await speak();
    await clock.advance(10);
    for (const side of [frames, top]) {
      const told = side.flatMap((frame): unknown[] => {
        if (frame.kind === 'metrics') return frame.metrics.filter(({ processor }) => processor === 'stt');
        return frame.kind === 'transcription' ? [frame] : [];
      });
      expect(told).toMatchObject([
        { name: 'audio-ms', value: 200, unit: 'ms', processor: 'stt' },
        { kind: 'transcription' },
        { name: 'audio-ms', value: 40, unit: 'ms', processor: 'stt' },
        { kind: 'transcription' },
      ]);
    }
    await finish();
  });

  test('that gives no final result in time, fails, or ends without one, lets the turn end all the same', async () => {
    const ways: [CallScript['transcribe'], readonly string[]][] = [
      [
        async function* () {
          yield await never();
        },
        ['"stt" gave no final transcript within 500 ms.'],
      ],
      [
        async function* () {
          yield* [];
          throw new ServiceError('connectivity', 'The socket closed.');
        },
        ['The socket closed.'],
      ],
      [
        async function* () {
          yield* [];
        },
        [],
      ],
    ];
    for (const [transcribe, errors] of ways) {
      const { speak, clock, of, finish } = await call({ ...(transcribe && { transcribe }), stt: { finalMs: 500 } });
      await speak();
      await clock.advance(1000);
      expect(of('user-stopped-speaking').length).toBe(1);
      const { report, pendingTimers } = await finish();
      expect(report.errors.map(({ message }) => message)).toEqual(errors);
      expect(pendingTimers).toBe(0);
    }
  });

  test('that fails after an interim result does not lose what it had heard', async () => {
    for (const fails of [true, false]) {
      const { speak, clock, texts, finish } = await call({
        transcribe: async function* (audio) {
          for await (const _ of audio.chunks) yield { text: 'book a table', final: false };
          if (fails) throw new ServiceError('connectivity', 'The socket closed.');
        },
      });
      await speak();
      await clock.advance(10);
      expect(texts()).toEqual(['user: book a table']);
      await finish();
    }
  });

  test('goes on hearing when a turn is interrupted, and is told to stop when the session is over', async () => {
    let signal: AbortSignal | undefined;
    const { startSpeaking, audio, clock, session, finish } = await call({
      transcribe: async function* (speech, serviceCall) {
        signal = serviceCall.signal;
        for await (const _ of speech.chunks) yield { text: 'a', final: false };
        yield await never();
      },
    });
    startSpeaking();
    audio();
    await clock.advance(10);
    session.interrupt();
    await clock.advance(10);
    expect(signal?.aborted).toBe(false);
    expect((await finish()).pendingTimers).toBe(0);
    expect(signal?.aborted).toBe(true);
  });

  test('refuses audio of another rate in a sentence that says what to do', async () => {
    const { session, finish } = await call();
    session.send(session.frame('input-audio', { samples: new Int16Array(160), sampleRate: 8000, channels: 1 }));
    expect((await finish()).report.errors).toMatchObject([
      { category: 'invalid-request', message: expect.stringContaining('put a resampler before it') },
    ]);
  });
});
