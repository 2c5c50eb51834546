import type { TappedFrame } from '@voxrill/core';
import type { ProviderStep } from './outside-event.js';

/**
 * Holds what a provider has answered in the recording until it is asked for: calls by the id that the framework gave them.
 * One for each recogniser, model, voice and the tools of a replay.
 */
export class RecordedProvider {
  readonly #steps = new Map<string, ProviderStep[]>();
  readonly #claimed = new Set<string>();
  /** The last response or utterance that was announced. */
  #announced: string | undefined;
  #waiting: (() => void)[] = [];

  /** The framework announces a call by a frame, before or after it makes it. */
  see({ frame }: TappedFrame): void {
    if (frame.kind === 'llm-response-start') this.#announced = frame.response;
    else if (frame.kind === 'tts-started') this.#announced = frame.utterance;
    else return;
    this.#wake();
  }

  give(call: string, step: ProviderStep): void {
    const steps = this.#steps.get(call);
    if (steps === undefined) this.#steps.set(call, [step]);
    else steps.push(step);
    this.#wake();
  }

  /** The next step of a call, if there is one. */
  take(call: string): ProviderStep | undefined {
    return this.#steps.get(call)?.shift();
  }

  /** Calls back once, when something was given. */
  whenGiven(run: () => void): void {
    this.#waiting.push(run);
  }

  /** The steps of the call of that name; of the one that is announced, if it has none. Waits for ever once they are used up. */
  async *play<T>(call: string | undefined, signal: AbortSignal, pick: (value: unknown) => T | undefined): AsyncGenerator<T> {
    let id = call;
    for (;;) {
      id ??= this.#claim(signal);
      const step = id === undefined ? undefined : this.take(id);
      if (step === undefined) {
        await new Promise<void>((resolve) => this.whenGiven(resolve));
        if (signal.aborted) return;
      } else if (step.type === 'throw') throw step.error;
      else if (step.type === 'return') return;
      else {
        const value = pick(step.value);
        if (value !== undefined) yield value;
      }
    }
  }

  #claim(signal: AbortSignal): string | undefined {
    const call = this.#announced;
    if (signal.aborted || call === undefined || this.#claimed.has(call) || (this.#steps.get(call)?.length ?? 0) === 0)
      return undefined;
    this.#claimed.add(call);
    return call;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
