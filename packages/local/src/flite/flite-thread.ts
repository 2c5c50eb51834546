import type { Worker } from 'node:worker_threads';
import { ServiceError } from '@voxrill/core';
import type { FliteReply, FliteRequest } from './flite-protocol.js';
import { startWorker } from './start-worker.js';

type Order = Omit<FliteRequest, 'id'>;
type Waiting = (reply: FliteReply | ServiceError) => void;

/** The worker thread in which Flite runs: begun when it is needed, begun again after a crash, no reason to keep the process alive. */
export class FliteThread {
  #worker: Worker | undefined;
  #lastId = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** Starts the thread, if it is not running. */
  start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = startWorker('flite-worker');
    const end = (why: string) => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#fail(new ServiceError('server', `The voice Flite stopped working (${why}): the next sentence starts it anew.`));
    };
    worker.on('message', (reply: FliteReply) => this.#waiting.get(reply.id)?.(reply));
    worker.on('error', (error) => end(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (status) => {
      if (this.#worker === worker) end(`its thread ended with status ${status}`);
    });
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  /** The replies to one order, in the order of `FliteReply`. When the signal fires they are dropped. */
  async *ask(order: Order, signal: AbortSignal): AsyncGenerator<FliteReply, void, undefined> {
    const id = ++this.#lastId;
    const arrived: (FliteReply | ServiceError)[] = [];
    let wake: () => void = () => undefined;
    const worker = this.start();
    this.#waiting.set(id, (reply) => {
      arrived.push(reply);
      wake();
    });
    const onAbort = () => wake();
    signal.addEventListener('abort', onAbort);
    worker.ref();
    try {
      worker.postMessage({ id, ...order } satisfies FliteRequest);
      while (!signal.aborted) {
        const reply = arrived.shift();
        if (reply instanceof ServiceError) throw reply;
        if (reply === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        if (reply.type === 'error') throw new ServiceError('server', `The voice Flite cannot say this: ${reply.message}`);
        yield reply;
        if (reply.type === 'words') return;
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) worker.unref();
    }
  }

  /** Ends the thread; whoever waits for it gets an error. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#fail(new ServiceError('application', 'The voice Flite was closed while it spoke.'));
    await worker?.terminate();
  }

  #fail(error: ServiceError): void {
    for (const waiting of [...this.#waiting.values()]) waiting(error);
  }
}
