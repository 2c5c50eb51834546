import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../context/chat-message.js';
import { cachedPrefix, cachedTokens } from './prompt-cache.js';

const message = fc.record({
  role: fc.constant('user' as const),
  content: fc.string({ maxLength: 400 }),
}) satisfies fc.Arbitrary<ChatMessage>;
const request = fc.record({ messages: fc.array(message, { maxLength: 30 }), tools: fc.constant([]) });

describe('a prompt cache', () => {
  it.each([
    [0, 0],
    [1023, 0],
    [1024, 1024],
    [1151, 1024],
    [1152, 1152],
    [1300, 1280],
  ])('serves of %i shared tokens %i (S000-21, S002-5)', (shared, served) => {
    expect(cachedTokens(shared)).toBe(served);
  });

  it('serves no more than is shared, in steps of 128 from 1024 on, and never less of more', () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(200_000), (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(cachedTokens(less)).toBeLessThanOrEqual(less);
        expect(cachedTokens(less)).toBeLessThanOrEqual(cachedTokens(more));
        expect(cachedTokens(more) % 128).toBe(0);
        if (more >= 1024) expect(more - cachedTokens(more)).toBeLessThan(128);
      }),
    );
  });

  it('serves all of a request to the one that only adds to it (S000-22)', () => {
    fc.assert(
      fc.property(request, fc.array(message), (previous, added) => {
        const next = { ...previous, messages: [...previous.messages, ...added] };
        const { whole, sharedTokens } = cachedPrefix(previous, next);
        expect(whole).toBe(true);
        expect(sharedTokens).toBe(cachedPrefix(previous, previous).sharedTokens);
      }),
    );
  });

  it('serves nothing behind the first byte that has changed, wherever that is', () => {
    fc.assert(
      fc.property(request, message, (next, first) => {
        const changed = { ...next, messages: [{ ...first, content: `changed ${first.content}` }, ...next.messages] };
        const { whole, sharedTokens } = cachedPrefix(changed, next);
        expect(whole).toBe(false);
        expect(sharedTokens).toBeLessThan(200);
      }),
    );
  });

  it('counts tools, which stand before the messages: another order costs everything (S000-23)', () => {
    const tool = (name: string) => ({ name, description: name.repeat(3000), parameters: {} });
    const messages: ChatMessage[] = [{ role: 'system', content: 'x'.repeat(8000) }];
    const [a, b] = [tool('aa'), tool('bb')];
    expect(cachedPrefix({ messages, tools: [a, b] }, { messages, tools: [a, b] }).cachedTokens).toBeGreaterThan(3000);
    expect(cachedPrefix({ messages, tools: [a, b] }, { messages, tools: [b, a] }).cachedTokens).toBe(0);
  });

  it('forgets what was not used for so long (S000-25, S002-7)', () => {
    const same = { messages: [{ role: 'system', content: 'x'.repeat(8000) }], tools: [] } as const;
    expect(cachedPrefix(same, same, { idleMs: 300_000 }).cachedTokens).toBeGreaterThan(1024);
    expect(cachedPrefix(same, same, { idleMs: 300_001 }).cachedTokens).toBe(0);
    expect(cachedPrefix(same, same, { idleMs: 500_000, ttlMs: 600_000 }).cachedTokens).toBeGreaterThan(1024);
  });
});
