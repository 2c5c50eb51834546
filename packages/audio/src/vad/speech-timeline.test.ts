import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpeechTimeline } from './speech-timeline.js';
import type { VadDecision } from './vad-engine.js';

const options = { frameMs: 10, startMs: 100, stopMs: 300, resumeMs: 20, lagMs: 0 };

function decide(values: readonly number[]): VadDecision[] {
  const timeline = new SpeechTimeline(options);
  const decisions = values.map((value) => timeline.advance({ value, loud: 1 }));
  return [...decisions, timeline.close()].filter((decision) => decision !== undefined);
}

const frames = (count: number, value: number): number[] => new Array<number>(count).fill(value);

describe('SpeechTimeline', () => {
  it('begins speech when it has heard startMs of it, dated back to where it began', () => {
    expect(decide([...frames(5, -1), ...frames(20, 1)])[0]).toEqual({ type: 'start', atMs: 150, speechAtMs: 50 });
  });

  it('ends speech stopMs after the last voiced frame, dated back to it', () => {
    expect(decide([...frames(20, 1), ...frames(60, -1)])[1]).toEqual({ type: 'stop', atMs: 500, speechAtMs: 200 });
  });

  it('does not begin on less than startMs', () => {
    expect(decide([...frames(9, 1), ...frames(50, -1), ...frames(9, 1)])).toEqual([]);
  });

  it('goes on over a pause that is shorter than stopMs', () => {
    expect(decide([...frames(20, 1), ...frames(29, -1), ...frames(20, 1)])).toHaveLength(2);
  });

  it('is not lengthened by one stray frame in the pause', () => {
    expect(decide([...frames(20, 1), ...frames(15, -1), 1, ...frames(40, -1)])[1]?.speechAtMs).toBe(200);
  });

  it('places an edge inside the frame that is loud in part', () => {
    const timeline = new SpeechTimeline(options);
    timeline.advance({ value: -1, loud: 0 });
    timeline.advance({ value: 0.5, loud: 0.5 });
    const start = frames(10, 1).map((value) => timeline.advance({ value, loud: 1 }));
    expect(start.find((decision) => decision !== undefined)?.speechAtMs).toBe(15);
  });

  it('takes turns, never decides about the future, and never goes back in time', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 400 }), (values) => {
        let before = 0;
        const decisions = decide(values);
        decisions.forEach(({ type, atMs, speechAtMs }, i) => {
          expect(type).toBe(i % 2 === 0 ? 'start' : 'stop');
          expect(speechAtMs).toBeLessThanOrEqual(atMs);
          expect(speechAtMs).toBeGreaterThanOrEqual(before);
          before = speechAtMs;
        });
        expect(decisions.length % 2).toBe(0);
      }),
    );
  });
});
