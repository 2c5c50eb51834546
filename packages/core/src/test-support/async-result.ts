import { Observable } from 'rxjs';
import type { Clock } from '../clock/clock.js';
import type { Frame } from '../frames/frame.js';
import type { HandlerResult } from '../processor/handler.js';
import type { Deed } from './stage-spec.js';

interface AsyncDeed {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The work is over, well or badly. */
  readonly over: () => void;
  readonly boom: () => Error;
}

/** Asynchronous work on a frame, of the sort and with the faults that the deed says. */
export function asyncResult(deed: Deed, frame: Frame, { clock, signal, over, boom }: AsyncDeed): HandlerResult {
  const work = (): Promise<void> => clock.sleep(deed.delayMs, deed.deaf ? undefined : signal);
  const end = (): void => {
    over();
    if (deed.fails) throw boom();
  };
  switch (deed.result) {
    case 'promise':
      return (async () => {
        await work();
        end();
        return [{ ...frame }, { ...frame }];
      })();
    case 'foreign':
      return {
        [Symbol.asyncIterator]: () => ({
          next: () => {
            over();
            throw boom();
          },
        }),
      };
    case 'iterable':
      return (async function* () {
        yield { ...frame };
        await work();
        yield { ...frame };
        end();
      })();
    case 'hang':
      return (async () => {
        await new Promise((_resolve, reject) => {
          const cancel = clock.setTimer(() => reject(new Error('It hung too long.')), 500);
          signal.addEventListener('abort', cancel, { once: true });
        }).catch(() => undefined);
        over();
      })();
    default:
      return new Observable<Frame>((subscriber) => {
        subscriber.next({ ...frame });
        const cancel = clock.setTimer(() => {
          subscriber.next({ ...frame });
          try {
            end();
            subscriber.complete();
          } catch (error) {
            subscriber.error(error);
          }
        }, deed.delayMs);
        return () => {
          cancel();
          over();
        };
      });
  }
}
