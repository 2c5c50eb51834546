import type { Clock } from '@voxrill/core';
import type { RealtimeCallInfo, RealtimeCallTraffic } from './call-info.js';

/** A call that can be ended from outside. */
export interface OpenCall {
  readonly info: RealtimeCallInfo;
  /** Resolves when nothing of the call is left, the pipeline included; never rejects. */
  readonly released: Promise<unknown>;
}

/** How many calls there were, and what they carried. */
export interface RealtimeCallCounts extends RealtimeCallTraffic {
  readonly calls: number;
  readonly openCalls: number;
  readonly failedCalls: number;
}

/** The calls that are under way, and sums of those that were. */
export class OpenCalls {
  readonly #clock: Clock;
  readonly #open = new Map<OpenCall, RealtimeCallInfo>();
  /** Over, and letting go. */
  readonly #releasing = new Set<OpenCall>();
  #empty: (() => void)[] = [];
  #calls = 0;
  #failedCalls = 0;
  #past: RealtimeCallTraffic = { clientEvents: 0, clientBytes: 0, serverEvents: 0, serverBytes: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get list(): readonly RealtimeCallInfo[] {
    return [...this.#open.values()];
  }

  get counts(): RealtimeCallCounts {
    const traffic = this.list.reduce((sum, { traffic }) => added(sum, traffic), this.#past);
    return { calls: this.#calls, openCalls: this.#open.size, failedCalls: this.#failedCalls, ...traffic };
  }

  add(call: OpenCall): void {
    this.#calls++;
    this.#open.set(call, call.info);
    void call.info.done.then(async ({ failed, traffic }) => {
      if (failed) this.#failedCalls++;
      this.#past = added(this.#past, traffic);
      this.#open.delete(call);
      this.#releasing.add(call);
      await call.released;
      this.#releasing.delete(call);
      if (this.#open.size + this.#releasing.size > 0) return;
      for (const resolve of this.#empty) resolve();
      this.#empty = [];
    });
  }

  /** Waits up to `drainMs` for the calls to end by themselves, ends them, and waits up to `closeMs` for them to let go. */
  async close(drainMs: number, closeMs: number): Promise<void> {
    if (drainMs > 0) await this.#settled(drainMs);
    for (const { close } of this.#open.values()) close(1001, 'The server is closing.');
    await this.#settled(closeMs);
  }

  #settled(limitMs: number): Promise<void> {
    if (this.#open.size + this.#releasing.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const takeBack = this.#clock.setTimer(resolve, limitMs);
      this.#empty.push(() => {
        takeBack();
        resolve();
      });
    });
  }
}

const added = (a: RealtimeCallTraffic, b: RealtimeCallTraffic): RealtimeCallTraffic => ({
  clientEvents: a.clientEvents + b.clientEvents,
  clientBytes: a.clientBytes + b.clientBytes,
  serverEvents: a.serverEvents + b.serverEvents,
  serverBytes: a.serverBytes + b.serverBytes,
});
