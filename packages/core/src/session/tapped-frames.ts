import type { Observable } from 'rxjs';
import type { Kernel } from '../processor/kernel.js';
import { Fenced } from '../rx/fenced.js';
import { Port } from '../rx/port.js';
import type { TappedFrame } from './tapped-frame.js';

/** How many errors of those who look at frames are told. */
const maxTold = 16;

/**
 * Who handed which frame to whom. Sets the kernel's tap while there is a listener, so that joints pay one test of a field and
 * no more.
 */
export function tappedFrames(kernel: Kernel, fail: (error: unknown) => void): Observable<TappedFrame> {
  const taps = new Port<TappedFrame>();
  let reporting = false;
  let told = 0;
  const report = (error: unknown): void => {
    // The report is shown to the listener as well, which may throw again: at once, or when somebody answers the report.
    if (reporting || told >= maxTold) return;
    told++;
    reporting = true;
    fail(error);
    reporting = false;
  };
  return new Fenced(report, (subscriber) => {
    const subscription = taps.subscribe((tapped) => subscriber.next(tapped));
    kernel.tap = (tapped) => taps.emit(tapped);
    return () => {
      subscription.unsubscribe();
      if (!taps.observed) kernel.tap = undefined;
    };
  });
}
