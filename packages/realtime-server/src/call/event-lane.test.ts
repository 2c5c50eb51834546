import { describe, expect, it } from 'vitest';
import { EventLane } from './event-lane.js';

const nothing = (): number => 0;

describe('EventLane', () => {
  it('does at once what comes while nothing is under way, and the rest in order when that is done', async () => {
    const done: string[] = [];
    const lane = new EventLane(100, () => undefined);
    lane.take(() => void done.push('before it was open'), nothing);
    expect(done).toEqual([]);
    lane.open();
    let finish = (): void => undefined;
    lane.take(() => new Promise<void>((resolve) => (finish = resolve)).then(() => void done.push('slow')), nothing);
    lane.take(() => void done.push('after'), nothing);
    lane.take(async () => void done.push('also after'), nothing);
    lane.take(() => void done.push('last'), nothing);
    expect(done).toEqual(['before it was open']);
    finish();
    await Promise.resolve().then(() => new Promise(process.nextTick));
    expect(done).toEqual(['before it was open', 'slow', 'after', 'also after', 'last']);
    lane.take(() => void done.push('at once'), nothing);
    expect(done.at(-1)).toBe('at once');
    expect(lane.idle).toBe(true);
  });

  it('does what comes from within a piece of work right behind it', () => {
    const done: string[] = [];
    const lane = new EventLane(100, () => undefined);
    lane.open();
    const inner = (name: string) => lane.take(() => void done.push(name), nothing);
    lane.take(() => {
      inner('first inner');
      inner('second inner');
      done.push('outer');
    }, nothing);
    expect(done).toEqual(['outer', 'first inner', 'second inner']);
    expect(lane.idle).toBe(true);
  });

  it('takes no more than may wait, and again when there is room', () => {
    const done: number[] = [];
    const lane = new EventLane(10, () => undefined);
    const take = (n: number): boolean =>
      lane.take(
        () => void done.push(n),
        () => 4,
      );
    expect([take(1), take(2), take(3)]).toEqual([true, true, false]);
    lane.open();
    expect(take(4)).toBe(true);
    expect(done).toEqual([1, 2, 4]);
  });

  it('tells what is thrown, at once or later, and goes on', async () => {
    const thrown: unknown[] = [];
    const done: string[] = [];
    const lane = new EventLane(100, (error) => thrown.push(error));
    lane.open();
    lane.take(() => {
      throw new Error('at once');
    }, nothing);
    lane.take(() => Promise.reject(new Error('later')), nothing);
    lane.take(() => void done.push('on'), nothing);
    await Promise.resolve().then(() => new Promise(process.nextTick));
    expect(thrown).toEqual([new Error('at once'), new Error('later')]);
    expect(done).toEqual(['on']);
  });

  it('does nothing more once it is closed', () => {
    const done: number[] = [];
    const lane = new EventLane(100, () => undefined);
    lane.take(() => void done.push(1), nothing);
    lane.close();
    lane.open();
    lane.take(() => void done.push(2), nothing);
    expect(done).toEqual([]);
  });
});
