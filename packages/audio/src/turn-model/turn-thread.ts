import type { Worker } from 'node:worker_threads';
import { ServiceError } from '@voxrill/core';
import { startWorker } from './start-worker.js';
import type { TurnReply, TurnRequest } from './turn-thread-protocol.js';

interface Order {
  readonly request: TurnRequest;
  readonly resolve: (probability: number) => void;
  readonly reject: (error: unknown) => void;
}

/** So many predictions may wait: beyond it the machine cannot keep up, and a late answer is of no use. */
const maxWaiting = 32;

/**
 * The worker thread in which a turn model runs, since both its features and onnxruntime would block the event loop for as
 * long as they compute. It gets one request at a time, so that what nobody wants any more is never computed. Begun when it is
 * needed, begun again after a crash, no reason to keep the process alive.
 */
export class TurnThread {
  readonly #path: string;
  readonly #begin: (path: string) => Worker;
  #worker: Worker | undefined;
  #ready: Promise<void> | undefined;
  #isLoaded: (error?: Error) => void = () => undefined;
  #lastId = 0;
  #loading = false;
  #running: Order | undefined;
  readonly #waiting: Order[] = [];

  constructor(path: string, begin = (model: string) => startWorker('turn-worker', model)) {
    this.#path = path;
    this.#begin = begin;
  }

  /** Resolves when the model is loaded. */
  start(): Promise<void> {
    if (this.#ready !== undefined) return this.#ready;
    const ready = new Promise<void>((resolve, reject) => {
      this.#isLoaded = (error) => (error === undefined ? resolve() : reject(error));
    });
    // Whoever asks the next question learns of it.
    ready.catch(() => undefined);
    this.#ready = ready;
    this.#loading = true;
    const worker = this.#begin(this.#path);
    worker.on('message', (reply: TurnReply) => {
      if (this.#worker === worker) this.#receive(reply);
    });
    const end = (why: string): void => {
      if (this.#worker === worker)
        this.#stop(new ServiceError('server', `The thread of the turn model ended (${why}); the next turn starts it anew.`));
    };
    worker.on('error', (error) => end(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (status) => end(`status ${status}`));
    this.#worker = worker;
    return ready;
  }

  /** The probability that the speaker of these samples has finished. Rejects with the signal's reason when that fires. */
  async ask(samples: Int16Array | Float32Array, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    if (this.#waiting.length >= maxWaiting)
      throw new ServiceError('overload', `${maxWaiting} predictions of the turn model are waiting already.`);
    this.start().catch(() => undefined);
    return new Promise((resolve, reject) => {
      const request: TurnRequest = { id: ++this.#lastId, samples: samples.slice() };
      const onAbort = (): void => {
        const at = this.#waiting.indexOf(order);
        if (at >= 0) this.#waiting.splice(at, 1);
        order.reject(signal.reason);
      };
      const order: Order = {
        request,
        resolve: (probability) => {
          signal.removeEventListener('abort', onAbort);
          resolve(probability);
        },
        reject: (error) => {
          signal.removeEventListener('abort', onAbort);
          reject(error);
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(order);
      this.#next();
    });
  }

  /** Ends the thread; whoever waits for it gets an error. */
  async close(): Promise<void> {
    const worker = this.#stop(new ServiceError('application', 'The turn model was closed.'));
    await worker?.terminate();
  }

  #receive(reply: TurnReply): void {
    switch (reply.type) {
      case 'ready':
        this.#loading = false;
        this.#isLoaded();
        break;
      case 'unfit': {
        const worker = this.#stop(new ServiceError('invalid-request', reply.message));
        worker?.terminate().catch(() => undefined);
        return;
      }
      case 'probability':
      case 'error': {
        const running = this.#running;
        this.#running = undefined;
        if (reply.type === 'probability') running?.resolve(reply.probability);
        else running?.reject(new ServiceError('server', reply.message, { usable: true }));
        break;
      }
    }
    this.#next();
  }

  #next(): void {
    if (this.#running === undefined && !this.#loading) {
      this.#running = this.#waiting.shift();
      if (this.#running !== undefined) this.#worker?.postMessage(this.#running.request);
    }
    if (this.#running !== undefined || this.#loading) this.#worker?.ref();
    else this.#worker?.unref();
  }

  #stop(error: Error): Worker | undefined {
    const worker = this.#worker;
    const orders = [...(this.#running === undefined ? [] : [this.#running]), ...this.#waiting.splice(0)];
    this.#worker = undefined;
    this.#ready = undefined;
    this.#running = undefined;
    this.#loading = false;
    this.#isLoaded(error);
    for (const order of orders) order.reject(error);
    return worker;
  }
}
