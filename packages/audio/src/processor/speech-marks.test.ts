import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DetectorCall, SpeechMarks } from './speech-marks.js';

describe('SpeechMarks', () => {
  it('tells beginnings and ends in turn, whatever the detector says and however late, and whoever ends it from outside', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('call', 'answer', 'force', 'forget'), { maxLength: 60 }), (steps) => {
        const marks = new SpeechMarks();
        const calls: DetectorCall[] = [];
        const told: ('start' | 'stop')[] = [];
        let type: 'start' | 'stop' = 'start';
        for (const step of steps) {
          if (step === 'call') calls.push(marks.call());
          if (step === 'force' && marks.force()) told.push('stop');
          if (step === 'forget') {
            if (marks.forget()) told.push('stop');
            // The detector is as new for what it hears from now on.
            calls.length = 0;
            type = 'start';
          }
          const call = step === 'answer' ? calls.shift() : undefined;
          if (call === undefined) continue;
          if (call.tells({ type, atMs: 0, speechAtMs: 0 })) told.push(type);
          type = type === 'start' ? 'stop' : 'start';
        }
        expect(told).toEqual(told.map((_, i) => (i % 2 === 0 ? 'start' : 'stop')));
      }),
    );
  });

  it('takes no notice of what was heard before it was told to forget, even if it is found out afterwards', () => {
    const marks = new SpeechMarks();
    const late = marks.call();
    expect(marks.forget()).toBe(false);
    expect(late.tells({ type: 'start', atMs: 0, speechAtMs: 0 })).toBe(false);
    expect(marks.call().tells({ type: 'start', atMs: 0, speechAtMs: 0 })).toBe(true);
  });
});
