import { type InputPort, inputTransport } from '@voxrill/core';

const sampleRate = 16_000;
const chunk = sampleRate / 50;

/** A microphone in real time: silent, until somebody speaks into it. */
export class LiveMicrophone {
  #queue: Int16Array = new Int16Array(0);
  #spoken: (() => void)[] = [];

  readonly input = {
    ...inputTransport({
      name: 'microphone',
      open: (port) => {
        const off = new AbortController();
        const closed = this.#run(port, off.signal).catch((error: unknown) => {
          if (!off.signal.aborted) port.fail(error);
        });
        return () => {
          off.abort(new Error('The microphone is switched off.'));
          return closed;
        };
      },
    }),
    fit: { emits: ['input-audio'] } as const,
  };

  /** Says this, 16 kHz; resolves when the last of it has been heard. */
  says(samples: Int16Array): Promise<void> {
    this.#queue = Int16Array.from([...this.#queue, ...samples]);
    return new Promise((resolve) => this.#spoken.push(resolve));
  }

  async #run(port: InputPort, signal: AbortSignal): Promise<void> {
    const { clock } = port.session;
    for (let dueMs = clock.now(); !signal.aborted; dueMs += 20) {
      await clock.sleep(Math.max(0, dueMs - clock.now()), signal);
      const samples = new Int16Array(chunk);
      samples.set(this.#queue.subarray(0, chunk));
      this.#queue = this.#queue.slice(chunk);
      port.audio({ samples, sampleRate, channels: 1 });
      if (this.#queue.length > 0) continue;
      for (const resolve of this.#spoken.splice(0)) resolve();
    }
  }
}
