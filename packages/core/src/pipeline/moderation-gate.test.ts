import { describe, expect, test } from 'vitest';
import type { ChatMessage } from '../context/chat-message.js';
import type { Frame, FrameOf } from '../frames/frame.js';
import { fencedSessions } from '../test-support/fenced-session.js';
import { type ModerationGateOptions, moderationGate } from './moderation-gate.js';
import type { ModerationVerdict } from './moderation-verdict.js';

const running = fencedSessions();
const never = (): Promise<never> => new Promise(() => undefined);
const textsOf = (frames: readonly Frame[], ...kinds: readonly string[]): string[] =>
  frames.flatMap((frame) => (kinds.includes(frame.kind) && 'text' in frame ? [String(frame.text)] : []));

describe('a moderation gate before the model', () => {
  const gated = async (options: Partial<ModerationGateOptions>) => {
    const watched = await running([moderationGate({ moderate: () => 'pass', ...options, side: 'user' })]);
    const { session, bottom } = watched;
    const ask = (messages: readonly ChatMessage[] | string, speculative?: 'text'): void =>
      session.send(
        session.frame('llm-context', {
          messages: typeof messages === 'string' ? [{ role: 'user', content: messages }] : messages,
          tools: [],
          ...(speculative === undefined ? {} : { speculative }),
        }),
      );
    const asked = (): FrameOf<'llm-context'>[] => bottom.flatMap((frame) => (frame.kind === 'llm-context' ? [frame] : []));
    return { ...watched, ask, asked, refused: () => textsOf(bottom, 'tts-speak') };
  };

  test('keeps the model from being asked until there is a verdict (S001-53)', async () => {
    let judge: (verdict: ModerationVerdict) => void = () => undefined;
    const { clock, ask, asked, close } = await gated({
      moderate: () =>
        new Promise((resolve) => {
          judge = resolve;
        }),
    });
    ask('May I?');
    await clock.advance(1500);
    expect(asked()).toEqual([]);
    judge('pass');
    await clock.advance(0);
    expect(asked().map(({ messages }) => messages)).toEqual([[{ role: 'user', content: 'May I?' }]]);
    expect((await close()).totalErrors).toBe(0);
  });

  test('says the refusal instead of asking, and withholds what was blocked from every later request', async () => {
    const { clock, ask, asked, refused, close } = await gated({
      moderate: (text) => Promise.resolve(text.includes('bad') ? 'block' : 'pass'),
      refusal: 'No.',
    });
    ask('bad things');
    await clock.advance(0);
    expect([asked().length, refused()]).toEqual([0, ['No.']]);
    ask([
      { role: 'user', content: 'bad things' },
      { role: 'assistant', content: 'No.' },
      { role: 'user', content: 'good things' },
    ]);
    await clock.advance(0);
    expect(asked()[0]?.messages.map(({ content }) => content)).toEqual(['(withheld)', 'No.', 'good things']);
    await close();
  });

  test('still withholds what was blocked after hundreds of other messages', async () => {
    const { clock, ask, asked, close } = await gated({ moderate: (text) => (text === 'bad' ? 'block' : 'pass') });
    const said: ChatMessage[] = [{ role: 'user', content: 'bad' }];
    ask(said);
    for (let i = 0; i < 300; i++) {
      said.push({ role: 'assistant', content: 'Well.' }, { role: 'user', content: `good ${i}` });
      ask([...said]);
      await clock.advance(0);
    }
    const firsts = asked().map(({ messages }) => messages[0]?.content);
    expect(firsts).toEqual(Array.from({ length: 300 }, () => '(withheld)'));
    await close();
  });

  test('asks about what the user says after something that was blocked, though the refusal was not heard', async () => {
    const { clock, ask, asked, refused, close } = await gated({ moderate: (text) => (text === 'bad' ? 'block' : 'pass') });
    ask('bad');
    await clock.advance(0);
    ask([
      { role: 'user', content: 'bad' },
      { role: 'user', content: 'good' },
    ]);
    await clock.advance(0);
    expect(refused().length).toBe(1);
    expect(asked().map(({ messages }) => messages.map(({ content }) => content))).toEqual([['(withheld)', 'good']]);
    await close();
  });

  test('judges each text once, though tools make the model be asked again, and everything since the last reply', async () => {
    const judged: string[] = [];
    const { clock, ask, asked, close } = await gated({
      moderate: (text) => {
        judged.push(text);
        return 'pass';
      },
    });
    const user = (content: string): ChatMessage => ({ role: 'user', content });
    ask([user('old'), { role: 'assistant', content: 'Yes.' }, user('one'), user('two')]);
    const calls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] as const;
    ask([
      ...[user('old'), { role: 'assistant', content: 'Yes.' } as const, user('one'), user('two')],
      { role: 'assistant', content: null, tool_calls: calls },
      { role: 'tool', tool_call_id: 'c', content: '1' },
    ]);
    await clock.advance(0);
    expect(judged).toEqual(['one', 'two']);
    expect(asked().length).toBe(2);
    await close();
  });

  test('that hangs, throws or talks nonsense costs one error frame, and then what was chosen counts', async () => {
    const ways: readonly (readonly [ModerationGateOptions['moderate'], string, string])[] = [
      [never, 'timeout', '"moderation-gate" got no verdict within 300 ms.'],
      [() => Promise.reject(new Error('The moderator is ill.')), 'application', 'The moderator is ill.'],
      [
        () => {
          throw new Error('At once.');
        },
        'application',
        'At once.',
      ],
      [() => 'maybe' as ModerationVerdict, 'application', 'The moderator answered "maybe"; a verdict is "pass" or "block".'],
    ];
    for (const [moderate, category, message] of ways) {
      for (const otherwise of ['block', 'pass'] as const) {
        const { clock, ask, asked, refused, errors, close } = await gated({ moderate, limitMs: 300, otherwise });
        ask('hello');
        await clock.advance(300);
        expect([asked().length, refused().length]).toEqual(otherwise === 'pass' ? [1, 0] : [0, 1]);
        expect(errors()).toMatchObject([{ category, message, processor: 'moderation-gate' }]);
        expect((await close()).totalErrors).toBe(1);
      }
    }
  });

  test('judges a message anew though the same was said before, and a verdict that did not come sticks to its own message', async () => {
    let hangs = true;
    const { clock, ask, asked, refused, close } = await gated({
      moderate: () => (hangs ? never() : 'pass'),
      limitMs: 300,
    });
    const said: ChatMessage[] = [{ role: 'user', content: 'yes' }];
    ask([...said]);
    await clock.advance(300);
    expect([asked().length, refused().length]).toEqual([0, 1]);
    hangs = false;
    said.push({ role: 'assistant', content: 'No.' }, { role: 'user', content: 'yes' });
    ask([...said]);
    await clock.advance(0);
    expect(asked().map(({ messages }) => messages.map(({ content }) => content))).toEqual([['(withheld)', 'No.', 'yes']]);
    // Also when a stage before the gate copies what passes it.
    ask(
      [...said, { role: 'assistant', content: 'Well.' } as const, { role: 'user', content: 'yes' } as const].map((one) => ({
        ...one,
      })),
    );
    await clock.advance(0);
    expect(asked()[1]?.messages.map(({ content }) => content)).toEqual(['(withheld)', 'No.', 'yes', 'Well.', 'yes']);
    expect(refused()).toHaveLength(1);
    await close();
  });

  test('refuses a limit that is none', () => {
    expect(() => moderationGate({ side: 'user', moderate: () => 'pass', limitMs: 0 })).toThrow(/limitMs is 0/u);
  });

  test('gives up what is judged when the user goes on, and tells the moderator', async () => {
    const signals: AbortSignal[] = [];
    const { session, clock, ask, asked, refused, close } = await gated({
      moderate: (_text, { signal }) => {
        signals.push(signal);
        return never();
      },
    });
    ask('hello');
    session.interrupt();
    await clock.advance(5000);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect([asked().length, refused().length]).toEqual([0, 0]);
    expect((await close()).totalErrors).toBe(0);
  });

  test('lets a speculative request go as a plain one when it was confirmed meanwhile, and refuses nothing that is not confirmed', async () => {
    const moderate = async (text: string): Promise<ModerationVerdict> => {
      await one.clock.sleep(100);
      return text === 'bad' ? 'block' : 'pass';
    };
    const one = await gated({ moderate });
    const { session, clock, ask, asked, refused, close } = one;
    const tell = (state: 'begun' | 'confirmed'): void => session.send(session.frame('speculation', { state }));
    tell('begun');
    ask('early', 'text');
    await clock.advance(100);
    expect(asked().at(-1)?.speculative).toBe('text');
    tell('begun');
    ask('late', 'text');
    await clock.advance(50);
    tell('confirmed');
    await clock.advance(50);
    expect(asked().length).toBe(2);
    expect(asked().at(-1)).not.toHaveProperty('speculative');
    tell('begun');
    ask('bad', 'text');
    await clock.advance(1000);
    expect(refused()).toEqual([]);
    tell('confirmed');
    await clock.advance(0);
    expect(refused().length).toBe(1);
    tell('begun');
    ask('bad', 'text');
    session.interrupt();
    await clock.advance(1000);
    expect(refused().length).toBe(1);
    await close();
  });
});

describe('a moderation gate behind the model', () => {
  const gated = async (options: Partial<ModerationGateOptions>) => {
    const watched = await running([
      moderationGate({ moderate: () => 'pass', refusal: 'I will not say that.', ...options, side: 'reply' }),
    ]);
    const { session, bottom } = watched;
    const over = (): void => session.send(session.frame('llm-response-end', { response: 'r' }));
    return { ...watched, over, texts: () => textsOf(bottom, 'llm-text') };
  };

  test('hands on each sentence once it is judged, in order, so that a long reply starts early', async () => {
    const { clock, say, over, texts, kinds, close } = await gated({
      moderate: async (text): Promise<ModerationVerdict> => {
        await clock.sleep(text.length);
        return 'pass';
      },
    });
    for (const piece of ['A long sen', 'tence first. Sh', 'ort. La', 'st']) say(piece);
    over();
    await clock.advance('A long sentence first.'.length);
    expect(texts()).toEqual(['A long sentence first. ']);
    await clock.advance(1000);
    expect(texts()).toEqual(['A long sentence first. ', 'Short. ', 'Last ']);
    expect(kinds().at(-1)).toBe('llm-response-end');
    await close();
  });

  test('says the refusal instead of the sentence that is blocked and of all that follows, and lets the next reply be heard', async () => {
    const judged: string[] = [];
    const { session, clock, say, over, texts, close } = await gated({
      moderate: async (text) => {
        judged.push(text);
        return text.includes('bad') ? 'block' : 'pass';
      },
    });
    say('Good. This is bad. Good again. Really');
    over();
    await clock.advance(0);
    expect(texts()).toEqual(['Good. ', 'I will not say that.']);
    expect(judged).toEqual(['Good.', 'This is bad.']);
    session.send(session.frame('llm-text', { text: 'Fine.', response: 'r2' }));
    session.send(session.frame('llm-response-end', { response: 'r2' }));
    await clock.advance(0);
    expect(texts().at(-1)).toBe('Fine. ');
    await close();
  });

  test('judges the reply as a whole, if it is told to', async () => {
    const { clock, say, over, texts, close } = await gated({
      unit: 'response',
      moderate: (text) => Promise.resolve(text.includes('bad') ? 'block' : 'pass'),
    });
    say('Good. This is ');
    say('bad. Good.');
    await clock.advance(0);
    expect(texts()).toEqual([]);
    over();
    await clock.advance(0);
    expect(texts()).toEqual(['I will not say that.']);
    await close();
  });

  test('forgets an interrupted reply', async () => {
    const { session, clock, say, over, texts, close } = await gated({ moderate: () => never() });
    say('Old one. And');
    session.interrupt();
    over();
    await clock.advance(5000);
    expect(texts()).toEqual([]);
    expect((await close()).totalErrors).toBe(0);
  });

  test('serves many sessions without mixing them', async () => {
    const gate = moderationGate({ side: 'reply', moderate: () => 'pass' });
    const [one, two] = [await running([gate]), await running([gate])];
    one.say('One is');
    two.say('Two is. ');
    one.say(' here. ');
    await one.clock.advance(0);
    await two.clock.advance(0);
    expect([textsOf(one.bottom, 'llm-text'), textsOf(two.bottom, 'llm-text')]).toEqual([['One is here. '], ['Two is. ']]);
    await one.close();
    await two.close();
  });
});
