import { describe, expect, test } from 'vitest';
import { call } from '../test-support/call.js';
import { silenceStop } from '../turn/stop/silence-stop.js';

describe('an answer that is kept until the turn is over', () => {
  test('is thrown away with one error when it is too long to be kept, and asked for anew', async () => {
    const { speak, clock, session, frames, requests, finish } = await call({
      context: { turn: { speculate: 'text', stop: silenceStop({ stopMs: 2_000 }) } },
      generate: async function* (_request, { signal }, count) {
        if (count > 1) yield { type: 'text', text: 'Well.' };
        else while (!signal.aborted) yield { type: 'text', text: 'and so on ' };
      },
    });
    await speak();
    await clock.advance(1_000);
    expect(frames.filter(({ kind }) => kind === 'llm-text')).toEqual([]);
    await clock.advance(3_000);
    expect(requests).toHaveLength(2);
    const said = frames.flatMap((frame) => (frame.kind === 'llm-text' ? [frame.text] : []));
    expect(said).toEqual(['Well.']);
    expect(session.state).toBe('running');
    const { report } = await finish();
    expect(report.errors).toMatchObject([{ category: 'overload', processor: 'llm' }]);
  });
});
