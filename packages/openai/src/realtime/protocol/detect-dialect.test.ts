import { describe, expect, it } from 'vitest';
import { dialectOfConnection, dialectOfUpdate } from './detect-dialect.js';
import { realtimeIds } from './realtime-ids.js';

describe('the dialect of a connection', () => {
  it.each([
    ['/v1/realtime?model=x', {}, [], 'ga'],
    ['/v1/realtime?model=x', { 'openai-beta': 'realtime=v1' }, [], 'beta-2024-10'],
    ['/v1/realtime', {}, ['realtime', 'openai-insecure-api-key.k', 'openai-beta.realtime-v1'], 'beta-2024-10'],
    ['/', {}, ['realtime'], 'beta-2024-10'],
    ['/realtime', {}, [], 'ga'],
    ['/openai/realtime?api-version=2024-10-01-preview&deployment=d', {}, [], 'azure-preview'],
    ['wss://r.openai.azure.com/openai/v1/realtime?model=d', {}, [], 'azure-ga'],
    ['ws://127.0.0.1:8790', {}, [], 'beta-2024-10'],
  ] as const)('to %s with %j and %j is %s', (url, headers, protocols, dialect) => {
    expect(dialectOfConnection({ url, headers, protocols })).toBe(dialect);
  });

  it('is corrected by the first update that shows another', () => {
    const nested = { type: 'session.update', session: { type: 'realtime' } };
    const flat = { type: 'session.update', session: { modalities: ['text'] } };
    expect([
      dialectOfUpdate(nested, 'beta-2024-10'),
      dialectOfUpdate(nested, 'azure-preview'),
      dialectOfUpdate(nested, 'ga'),
    ]).toEqual(['ga', 'azure-ga', 'ga']);
    expect([
      dialectOfUpdate(flat, 'ga'),
      dialectOfUpdate(flat, 'beta'),
      dialectOfUpdate({ ...flat, session: { voice: 'a' } }, 'ga'),
    ]).toEqual(['beta-2024-10', 'beta', 'ga']);
    for (const other of [null, {}, { type: 'session.update' }, { type: 'input_audio_buffer.clear' }]) {
      expect(dialectOfUpdate(other, 'beta')).toBe('beta');
    }
  });
});

describe('an id', () => {
  it('is new each time, and has 21 letters and digits after its prefix', () => {
    const id = realtimeIds();
    const made = new Set(Array.from({ length: 1000 }, () => id('item')));
    expect(made.size).toBe(1000);
    for (const each of made) expect(each).toMatch(/^item_[A-Za-z0-9]{21}$/);
  });
});
