import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cachedTokens, promptTokens, tokens } from './tokens.js';

describe('tokens', () => {
  it('cuts words with the space before them, and long ones into pieces', () => {
    expect(tokens('I understand you.')).toEqual(['I', ' under', 'stand', ' you.']);
  });

  it('joined are the text, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const pieces = tokens(text);
        expect(pieces.join('')).toBe(text);
        expect(pieces).not.toContain('');
      }),
    );
  });
});

describe('cachedTokens', () => {
  it.each([
    [1023, 0],
    [1024, 1024],
    [1151, 1024],
    [1152, 1152],
    [1300, 1280],
  ])('of %i shared tokens are %i', (shared, cached) => {
    expect(cachedTokens(shared)).toBe(cached);
  });

  it('counts only what the request before had in common', () => {
    const long = 'word '.repeat(2000);
    const fresh = { messages: [{ role: 'user', content: long } as const], tools: [] };
    expect(promptTokens(fresh).cachedPromptTokens).toBe(0);
    const second = {
      messages: [...fresh.messages, { role: 'assistant', content: 'Yes.' } as const, { role: 'user', content: 'Go on' } as const],
      tools: [],
    };
    expect(promptTokens(second).cachedPromptTokens).toBe(cachedTokens(promptTokens(fresh).promptTokens));
  });
});
