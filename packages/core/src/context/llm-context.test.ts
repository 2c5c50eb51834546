import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyConversation, anyPiece } from '../test-support/any-conversation.js';
import type { ChatMessage } from './chat-message.js';
import { contextDelta } from './context-delta.js';
import { type ContextEntry, type ContextVersion, LLMContext } from './llm-context.js';
import { packedHistory } from './packed-history.js';
import { resetPolicy } from './policy/reset-policy.js';
import { windowPolicy } from './policy/window-policy.js';
import { checkToolPairs } from './tool-pairs.js';

const user = (content: string): ChatMessage => ({ role: 'user', content });
const system: ChatMessage = { role: 'system', content: 'You are brief.' };
const asked: ChatMessage = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look_up', arguments: '{}' } }],
};
const found: ChatMessage = { role: 'tool', tool_call_id: 'c1', content: 'found' };
const texts = ({ messages }: { readonly messages: readonly ChatMessage[] }) => messages.map(({ content }) => content);

const scope = {
  clock: {
    now: () => 0,
    setTimer: () => () => undefined,
    sleep: () => Promise.resolve(),
    external: <T>(work: Promise<T>) => work,
  },
  signal: new AbortController().signal,
  tools: [],
  fail: (error: unknown) => {
    throw error;
  },
  used: () => undefined,
};

describe('a tool call and its results', () => {
  const step = fc.record({
    what: fc.constantFrom('append', 'insert', 'root', 'after', 'remove', 'rewrite', 'remember', 'window', 'reset', 'load'),
    at: fc.nat(),
    turn: fc.nat({ max: 9 }),
    piece: anyPiece,
  });

  test('are never parted, whatever is appended, inserted, deleted, rewritten, cut or restored, in any order', () => {
    const window = windowPolicy({ maxMessages: 8, keepTurns: 1 })(scope);
    const reset = resetPolicy({ everyTurns: 3 })(scope);
    fc.assert(
      fc.property(anyConversation, fc.array(step, { maxLength: 30 }), (messages, steps) => {
        const context = new LLMContext(messages);
        for (const { what, at, turn, piece } of steps) {
          const { entries } = context.version;
          const entry = entries[at % Math.max(1, entries.length)];
          const [first] = piece;
          if (what === 'append') context.append(piece, turn);
          else if (what === 'insert' && first?.role === 'user') context.insert(first, turn);
          else if (what === 'root') context.insertAt('root', piece);
          else if (what === 'remember') context.remember('something');
          else if (what === 'window') context.rewrite(window(context.version));
          else if (what === 'reset') context.rewrite(reset(context.version));
          else if (what === 'load') context.load(JSON.parse(JSON.stringify(context)));
          else if (entry === undefined) continue;
          else if (what === 'after') context.insertAt({ after: entry }, piece);
          else if (what === 'remove') context.remove(entry);
          else if (what === 'rewrite' && entry.message.role === 'user')
            context.replace(entry, { ...entry, message: user('new') });
          checkToolPairs(context.messages);
          expect(context.messages).toEqual(context.version.entries.map(({ message }) => message));
        }
      }),
    );
  });

  test('are refused apart, with a sentence that says why', () => {
    const context = new LLMContext([system]);
    expect(() => context.append(asked, 1)).toThrow('The tool call "c1" has no result behind it');
    expect(() => context.append(found, 1)).toThrow('The result of tool call "c1" does not follow that call');
    expect(() => new LLMContext([asked, user('Well?'), found])).toThrow('belong together');
    context.append([asked, found], 1);
    const [, call] = context.version.entries;
    expect(() => context.replace(call!, { ...call!, message: user('gone') })).toThrow('does not follow');
    expect(texts(context)).toEqual(['You are brief.', null, 'found']);
  });

  test('go together when one of them is deleted, and what is inserted between them stands behind', () => {
    const context = new LLMContext([system, asked, found, user('Thanks.')]);
    const { entries } = context.version;
    context.insertAt({ after: entries[1]! }, user('between'));
    expect(texts(context)).toEqual(['You are brief.', null, 'found', 'between', 'Thanks.']);
    expect(context.remove(entries[2]!)).toEqual([entries[1], entries[2]]);
    expect(texts(context)).toEqual(['You are brief.', 'between', 'Thanks.']);
  });
});

describe('messages', () => {
  test('stand in the next prompt where they were put: at the root, in the middle, at the end; or not, when deleted (S004-8)', () => {
    const context = new LLMContext([system, user('one'), user('two')]);
    const [, one] = context.version.entries;
    context.insertAt({ after: one! }, user('middle'));
    context.insertAt('root', user('root'));
    context.insertAt('end', user('end'));
    expect(texts(context)).toEqual(['You are brief.', 'root', 'one', 'middle', 'two', 'end']);
    context.remove(one!);
    expect(texts(context)).toEqual(['You are brief.', 'root', 'middle', 'two', 'end']);
    expect(() => context.remove(one!)).toThrow('not in this context any more');
  });

  test('to remember are appended, so that the prompt before them stays as it was (S001-34)', () => {
    fc.assert(
      fc.property(anyConversation, (messages) => {
        const context = new LLMContext(messages);
        const before = context.messages;
        context.remember('The user is called Ann.');
        expect(context.messages.slice(0, -1)).toEqual(before);
        expect(context.messages.at(-1)).toEqual({ role: 'system', content: 'The user is called Ann.' });
      }),
    );
  });
});

describe('a saved conversation', () => {
  test('comes back as it was, with marks of interruption and memories, as text (S001-46, S000-12)', () => {
    fc.assert(
      fc.property(anyConversation, (messages) => {
        const context = new LLMContext(messages);
        context.remember('The user is called Ann.');
        const restored = LLMContext.from(JSON.parse(JSON.stringify(context)));
        expect(restored.messages).toEqual(context.messages);
        expect(restored.version.entries.at(-1)?.kind).toBe('memory');
        expect(JSON.stringify(restored)).toBe(JSON.stringify(context));
      }),
    );
  });

  test('that is none is refused with the place that is wrong', () => {
    expect(() => LLMContext.from('x')).toThrow('This is not a saved conversation of version 1; it is wrong');
    expect(() => LLMContext.from({ version: 2, entries: [] })).toThrow('"version" is wrong');
    expect(() => LLMContext.from({ version: 1, entries: [{ message: { role: 'user', content: 5 } }] })).toThrow(
      '"entries.0.message.content" is wrong',
    );
    expect(() => LLMContext.from({ version: 1, entries: [{ message: found }] })).toThrow('belong together');
  });

  test('can be packed into one message of the user, with words before and after (S001-46)', () => {
    const cut: ChatMessage = { role: 'assistant', content: 'Hello A', interrupted: true };
    const packed = packedHistory([system, user('I am Ann.'), cut, asked, found], { intro: 'Before:', outro: 'Go on.' });
    expect(packed.role).toBe('user');
    const [intro, json, outro] = String(packed.content).split('\n');
    expect([intro, outro]).toEqual(['Before:', 'Go on.']);
    expect(JSON.parse(json!)).toEqual([
      { role: 'user', text: 'I am Ann.' },
      { role: 'assistant', text: 'Hello A', interrupted: true },
      { role: 'assistant', calls: [{ name: 'look_up', arguments: '{}' }] },
      { role: 'tool', text: 'found' },
    ]);
  });
});

describe('what a provider that keeps the conversation is sent', () => {
  const apply = (entries: readonly ContextEntry[], { deleted, created }: ReturnType<typeof contextDelta>): ContextEntry[] => {
    const now = entries.filter((entry) => !deleted.includes(entry));
    for (const { entry, after } of created) now.splice(after === undefined ? 0 : now.indexOf(after) + 1, 0, entry);
    return now;
  };

  test('turns any version into any other (S001-42)', () => {
    const pool = Array.from({ length: 8 }, (_, i): ContextEntry => ({ message: user(`${i}`), turn: i }));
    const version: fc.Arbitrary<ContextVersion> = fc
      .shuffledSubarray(pool)
      .map((entries) => ({ entries, messages: entries.map(({ message }) => message) }));
    fc.assert(
      fc.property(version, version, (previous, next) => {
        expect(apply(previous.entries, contextDelta(previous, next))).toEqual(next.entries);
      }),
    );
  });

  test('is only what is new, when messages were appended (S001-42)', () => {
    fc.assert(
      fc.property(anyConversation, anyPiece, (messages, piece) => {
        const context = new LLMContext(messages);
        const before = context.version;
        context.append(piece, 1);
        const { deleted, created } = contextDelta(before, context.version);
        expect(deleted).toEqual([]);
        expect(created.map(({ entry }) => entry.message)).toEqual(piece);
      }),
    );
  });
});
