import { describe, expect, test } from 'vitest';
import type { Frame } from '../frames/frame.js';
import { fencedSessions } from '../test-support/fenced-session.js';
import { type GuardrailOptions, guardrail } from './guardrail.js';

const running = fencedSessions();
const never = (): Promise<never> => new Promise(() => undefined);
const textsOf = (frames: readonly Frame[], ...kinds: readonly string[]): string[] =>
  frames.flatMap((frame) => (kinds.includes(frame.kind) && 'text' in frame ? [String(frame.text)] : []));

describe('a guardrail', () => {
  const railed = async (options: GuardrailOptions) => {
    const watched = await running([guardrail(options)]);
    return { ...watched, texts: () => textsOf(watched.bottom, 'llm-text', 'tts-speak') };
  };

  test('looks at the reply as it grows and pulls the brake: the bot is interrupted and says something else (S001-95)', async () => {
    const { session, say, texts, kinds, close } = await railed({
      check: (text) => (text.includes('free of charge') ? { reason: 'It gives things away.', say: 'Let me ask.' } : undefined),
    });
    for (const piece of ['It is ', 'free of', ' charge', ' for you']) say(piece);
    expect(session.turn).toBe(1);
    expect(kinds().filter((kind) => kind === 'interruption').length).toBe(1);
    expect(texts().slice(0, 2)).toEqual(['It is ', 'free of']);
    expect(texts()).toContain('Let me ask.');
    expect(texts()).not.toContain(' charge');
    await close();
  });

  test('looks at transcripts while they come, and once it has tripped not again at the same utterance (S001-95)', async () => {
    const seen: string[] = [];
    const { session, close } = await railed({
      watches: ['user'],
      check: (text, { who }) => {
        seen.push(`${who}: ${text}`);
        return text.includes('help') ? { reason: 'Somebody is in danger.' } : undefined;
      },
    });
    const spoken = { utterance: 'u', startMs: 0, endMs: 1 };
    for (const text of ['I', 'I need help', 'I need help now'])
      session.send(session.frame('interim-transcription', { ...spoken, text }));
    session.send(session.frame('transcription', { ...spoken, text: 'I need help now' }));
    expect(session.turn).toBe(1);
    expect(seen).toEqual(['user: I', 'user: I need help']);
    await close();
  });

  test('that takes its time holds nothing up, is asked once at a time with the newest text, and counts only for its own turn', async () => {
    const seen: string[] = [];
    const { session, clock, say, texts, close } = await railed({
      check: async (text) => {
        seen.push(text);
        await clock.sleep(100);
        return text.includes('c') ? { reason: 'c', say: 'No c.' } : undefined;
      },
    });
    for (const piece of ['a', 'b', 'c']) say(piece);
    expect(texts()).toEqual(['a', 'b', 'c']);
    await clock.advance(100);
    expect(seen).toEqual(['a', 'abc']);
    await clock.advance(100);
    expect(texts()).toEqual(['a', 'b', 'c', 'No c.']);
    session.send(session.frame('llm-text', { text: 'cc', response: 'r2' }));
    session.interrupt();
    await clock.advance(500);
    expect(session.turn).toBe(2);
    expect((await close()).totalErrors).toBe(0);
  });

  test('that throws or hangs costs an error frame and nothing else', async () => {
    for (const check of [() => Promise.reject(new Error('ill')), never]) {
      const { clock, say, texts, errors, close } = await railed({ check, limitMs: 200 });
      say('a');
      await clock.advance(200);
      expect(texts()).toEqual(['a']);
      expect(errors().length).toBe(1);
      await close();
    }
    const { say, texts, errors, close } = await railed({
      check: () => {
        throw new Error('ill');
      },
    });
    say('a');
    expect([texts(), errors().length]).toEqual([['a'], 1]);
    await close();
  });

  test('gets the end of a text that is very long, and refuses a limit that is none', async () => {
    const lengths: number[] = [];
    const { say, close } = await railed({
      check: (text) => {
        lengths.push(text.length);
        expect(text.endsWith('end')).toBe(true);
        return undefined;
      },
    });
    say(`${'x'.repeat(20_000)}end`);
    expect(lengths).toEqual([8_000]);
    await close();
    expect(() => guardrail({ check: () => undefined, limitMs: 0 })).toThrow(RangeError);
  });

  test('serves many sessions without mixing them', async () => {
    const rail = guardrail({ check: (text) => (text === 'ab' ? { reason: 'ab' } : undefined) });
    const [one, other] = [await running([rail]), await running([rail])];
    one.say('a');
    other.say('b');
    expect([one.session.turn, other.session.turn]).toEqual([0, 0]);
    one.say('b');
    expect([one.session.turn, other.session.turn]).toEqual([1, 0]);
    await one.close();
    await other.close();
  });
});
