import { describe, expect, test } from 'vitest';
import { type CallScript, call } from '../test-support/call.js';
import { ServiceError } from './service-error.js';

const never = (): Promise<never> => new Promise(() => undefined);

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

  test('tells of an utterance what is special about it, and of a reply which response it is a part of', async () => {
    const { type, session, clock, of, finish } = await call();
    session.send(session.frame('tts-speak', { text: 'One moment.', aside: true }));
    session.send(session.frame('tts-speak', { text: 'Listen.', interruptible: false }));
    await clock.advance(5000);
    type('hello');
    await clock.advance(5000);
    expect(of('tts-started').map(({ text, response, aside, interruptible }) => [text, response, aside, interruptible])).toEqual([
      ['One moment.', undefined, true, undefined],
      ['Listen.', undefined, undefined, false],
      ['Answer 1.', 'llm-1', undefined, undefined],
    ]);
    await finish();
  });
});
