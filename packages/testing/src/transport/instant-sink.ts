import { type AudioFormat, type AudioSink, type Clock, type PacedDevice, type PacingHost, pacedSink } from '@voxrill/core';

/**
 * A sink for benchmarks: what is written is played at once. It is the paced sink, on a clock of its own that jumps, so it
 * sets no timer and keeps the contract.
 */
export function instantSink(device: PacedDevice, format: AudioFormat, host: PacingHost): AudioSink {
  let now = 0;
  let next: { readonly run: () => void; readonly due: number } | undefined;
  const clock: Clock = {
    now: () => now,
    setTimer(run, delayMs) {
      const timer = { run, due: now + delayMs };
      next = timer;
      return () => {
        if (next === timer) next = undefined;
      };
    },
    sleep: () => Promise.reject(new Error('An instant sink never sleeps.')),
    external: (work) => work,
  };
  const sink = pacedSink(device, format, { clock, guard: (name, run) => host.guard(name, run) });
  return {
    format,
    played$: sink.played$,
    write(chunk) {
      sink.write(chunk);
      for (let timer = next; timer !== undefined; timer = next) {
        next = undefined;
        now = timer.due;
        timer.run();
      }
    },
    clear: () => sink.clear(),
    close: () => sink.close(),
  };
}
