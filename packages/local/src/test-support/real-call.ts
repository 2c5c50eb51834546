import type { Clock, ServiceCall } from '@voxrill/core';

/** A call whose clock only lets outside work run: these services set no timer of their own. */
export function realCall(signal: AbortSignal = new AbortController().signal): ServiceCall {
  const clock: Clock = {
    now: () => 0,
    setTimer: () => () => undefined,
    sleep: () => Promise.resolve(),
    external: (work) => work,
  };
  return { signal, clock };
}

/** A call, and a pace for its audio, so that no audio arrives while work is being done: the same run every time. */
export function lockstepCall(): { readonly call: ServiceCall; readonly pace: () => Promise<unknown> } {
  const { signal, clock } = realCall();
  const running = new Set<Promise<unknown>>();
  const external = <T>(work: Promise<T>): Promise<T> => {
    const settled: Promise<unknown> = work.then(
      () => running.delete(settled),
      () => running.delete(settled),
    );
    running.add(settled);
    return work;
  };
  // What has finished is taken in, and may begin the next work, before the audio goes on.
  const pace = () =>
    Promise.all(running).then(() => new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => resolve(undefined)))));
  return { call: { signal, clock: { ...clock, external } }, pace };
}
