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

describe('a language model', () => {
  test('has its answer bracketed, its first token timed and its usage reported', async () => {
    const { type, clock, of, finish } = await call({
      generate: async function* (_request, { clock: time }) {
        await time.sleep(120);
        yield { type: 'text', text: 'Hi' };
        yield { type: 'text', text: ' there.' };
        yield { type: 'usage', usage: { promptTokens: 7, completionTokens: 2, cachedPromptTokens: 5 } };
      },
    });
    type('hello');
    await clock.advance(5000);
    expect(of('llm-response-start').length).toBe(1);
    expect(of('llm-text').map(({ text }) => text)).toEqual(['Hi', ' there.']);
    expect(of('llm-response-end').length).toBe(1);
    const metrics = of('metrics')
      .flatMap((frame) => frame.metrics)
      .filter(({ processor }) => processor === 'llm');
    expect(metrics.map(({ name, value }) => [name, value])).toEqual([
      ['ttfb', 120],
      ['prompt-tokens', 7],
      ['completion-tokens', 2],
      ['cached-prompt-tokens', 5],
    ]);
    await finish();
  });

  test('that is silent too long, at first or in the middle, or fails, costs an error frame; the answer is closed, and the next one works', async () => {
    const ways: [CallScript['generate'], string][] = [
      [
        async function* () {
          yield await never();
        },
        '"llm" gave no answer within 300 ms.',
      ],
      [
        async function* () {
          yield { type: 'text', text: 'Well' } as const;
          yield await never();
        },
        '"llm" gave no answer within 200 ms.',
      ],
      [
        async function* () {
          yield { type: 'text', text: 'Well' } as const;
          throw new ServiceError('rate-limit', 'Too fast.');
        },
        'Too fast.',
      ],
      [
        () => {
          throw new TypeError('at once');
        },
        'at once',
      ],
    ];
    for (const [generate, message] of ways) {
      let failed = false;
      const { type, clock, of, session, finish } = await call({
        llm: { firstMs: 300, nextMs: 200 },
        generate: (request, serviceCall, count) => {
          if (failed)
            return (async function* () {
              yield { type: 'text', text: 'Fine.' } as const;
            })();
          failed = true;
          return generate?.(request, serviceCall, count) ?? (async function* () {})();
        },
      });
      type('hello');
      await clock.advance(2000);
      type('again');
      await clock.advance(2000);
      expect(of('llm-response-end').length).toBe(2);
      expect(of('llm-text').at(-1)?.text).toBe('Fine.');
      expect(session.state).toBe('running');
      const { report, pendingTimers } = await finish();
      expect(report.errors.map((error) => error.message)).toEqual([message]);
      expect(pendingTimers).toBe(0);
    }
  });

  test('is told to stop at an interruption, synchronously, and nothing it still yields is used', async () => {
    let signal: AbortSignal | undefined;
    const { type, session, clock, of, finish } = await call({
      generate: async function* (_request, serviceCall) {
        signal = serviceCall.signal;
        await serviceCall.clock.sleep(100);
        yield { type: 'text', text: 'too late.' };
      },
    });
    type('hello');
    await clock.advance(10);
    session.interrupt();
    expect(signal?.aborted).toBe(true);
    await clock.advance(1000);
    expect(of('llm-text')).toEqual([]);
    expect((await finish()).report.totalErrors).toBe(0);
  });
});

describe('a voice', () => {
  test('speaks sentence by sentence, the first as soon as it is whole, and says a text of its own exactly', async () => {
    const spoken: { readonly text: string; readonly at: number }[] = [];
    const { type, session, clock, of, finish } = await call({
      generate: async function* (_request, { clock: time }) {
        for (const text of ['One', ' two. Th', 'ree four. ', 'Five']) {
          yield { type: 'text', text };
          await time.sleep(100);
        }
      },
      synthesize: async function* (text, { clock: time }) {
        spoken.push({ text, at: time.now() });
        yield { type: 'audio', samples: new Int16Array(160), sampleRate: 16_000 };
      },
    });
    type('go');
    await clock.advance(2000);
    session.say('Exactly. This.');
    await clock.advance(2000);
    expect(spoken).toEqual([
      { text: 'One two.', at: 100 },
      { text: 'Three four.', at: 200 },
      { text: 'Five', at: 400 },
      { text: 'Exactly. This.', at: 2000 },
    ]);
    expect(of('tts-started').map(({ utterance }) => utterance)).toEqual(of('tts-stopped').map(({ utterance }) => utterance));
    await finish();
  });

  test('that is silent too long or fails costs an error frame; the utterance is closed, and the next one is spoken', async () => {
    for (const [fail, message] of [
      [never, '"tts" gave no audio within 300 ms.'],
      [() => Promise.reject(new ServiceError('server', 'Broken.')), 'Broken.'],
    ] as const) {
      const { session, clock, of, finish } = await call({
        tts: { firstMs: 300 },
        synthesize: async function* (text) {
          if (text === 'first') await fail();
          yield { type: 'audio', samples: new Int16Array(1600), sampleRate: 16_000 };
        },
      });
      session.say('first');
      session.say('second');
      await clock.advance(2000);
      expect(of('tts-stopped').length).toBe(2);
      expect(
        of('bot-spoke')
          .filter(({ state }) => state === 'complete')
          .map(({ text }) => text),
      ).toContain('second');
      const { report, pendingTimers } = await finish();
      expect(report.errors.map((error) => error.message)).toEqual([message]);
      expect(pendingTimers).toBe(0);
    }
  });

  test('half a sentence of an interrupted answer is not spoken before the next one', async () => {
    const { type, session, clock, of, finish } = await call({
      generate: async function* (_request, { clock: time }, count) {
        yield { type: 'text', text: count === 1 ? 'Half a sen' : 'Whole.' };
        await time.sleep(count === 1 ? 1000 : 0);
      },
    });
    type('one');
    await clock.advance(100);
    session.interrupt();
    type('two');
    await clock.advance(2000);
    expect(of('tts-started').map(({ text }) => text)).toEqual(['Whole.']);
    await finish();
  });
});

describe('the output', () => {
  test('waits for what is being played when the session ends, and plays nothing more after an interruption', async () => {
    const { session, clock, of, finish } = await call();
    session.say('0123456789');
    await clock.advance(500);
    const ending = session.end();
    await clock.runUntil(ending);
    expect((await ending).durationMs).toBe(1000);
    expect(of('bot-spoke').at(-1)).toMatchObject({ text: '0123456789', state: 'complete', playedMs: 1000 });
    expect(of('bot-stopped-speaking')).toMatchObject([{ interrupted: false }]);
    await finish();
  });

  test('is cleared within interrupt() and tells where it was, though nothing announced the audio', async () => {
    const { session, clock, of, finish } = await call();
    session.say('0123456789');
    await clock.advance(250);
    session.interrupt();
    expect(of('bot-spoke').at(-1)).toMatchObject({ state: 'interrupted', playedMs: 250 });
    expect(of('bot-stopped-speaking')).toMatchObject([{ interrupted: true }]);
    session.send(
      session.frame('tts-audio', { utterance: 'stray', samples: new Int16Array(16_000), sampleRate: 16_000, channels: 1 }),
    );
    session.interrupt();
    expect(clock.pendingTimers).toBe(0);
    await finish();
  });
});
