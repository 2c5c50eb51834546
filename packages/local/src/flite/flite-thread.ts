import type { Worker } from 'node:worker_threads';
import { type ServiceCall, ServiceError } from '@voxrill/core';
import { StallWatch } from '../stall/stall-watch.js';
import type { FliteReply, FliteRequest } from './flite-protocol.js';
import { startWorker } from './start-worker.js';

type Order = Omit<FliteRequest, 'id'>;

interface Waiting {
  readonly request: FliteRequest;
  readonly call: ServiceCall;
  /** Something of it has come: it cannot be asked again. */
  begun: boolean;
  take(reply: FliteReply | ServiceError): void;
}

/**
 * The worker thread in which Flite runs: begun when it is needed, begun again after a crash, or when it hangs with what
 * nobody wants any more; no reason to keep the process alive.
 */
export class FliteThread {
  readonly #begin: () => Worker;
  #worker: Worker | undefined;
  #lastId = 0;
  readonly #waiting = new Map<number, Waiting>();
  /** Orders that were given up, and that the thread has not answered yet. */
  readonly #abandoned = new Set<number>();
  readonly #watch = new StallWatch(() => this.#replace());

  constructor(begin: () => Worker = () => startWorker('flite-worker')) {
    this.#begin = begin;
  }

  /** Starts the thread, if it is not running. */
  start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = this.#begin();
    const end = (why: string) => {
      if (this.#worker !== worker) return;
      this.#drop();
      this.#fail(new ServiceError('server', `The voice Flite stopped working (${why}): the next sentence starts it anew.`));
    };
    worker.on('message', (reply: FliteReply) => {
      if (this.#worker === worker) this.#receive(reply);
    });
    worker.on('error', (error) => end(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (status) => end(`its thread ended with status ${status}`));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  /** The replies to one order, in the order of `FliteReply`. When the signal fires they are dropped. */
  async *ask(order: Order, call: ServiceCall): AsyncGenerator<FliteReply, void, undefined> {
    const { signal } = call;
    const id = ++this.#lastId;
    const arrived: (FliteReply | ServiceError)[] = [];
    let wake: () => void = () => undefined;
    let answered = false;
    const worker = this.start();
    const request = { id, ...order };
    const take = (reply: FliteReply | ServiceError) => {
      answered ||= reply instanceof ServiceError || reply.type !== 'audio';
      arrived.push(reply);
      wake();
    };
    this.#waiting.set(id, { request, call, begun: false, take });
    const onAbort = () => wake();
    signal.addEventListener('abort', onAbort);
    try {
      worker.postMessage(request);
      this.#look();
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
      if (!answered) this.#abandoned.add(id);
      this.#look();
    }
  }

  /** Ends the thread; whoever waits for it gets an error. */
  async close(): Promise<void> {
    const worker = this.#drop();
    this.#fail(new ServiceError('application', 'The voice Flite was closed while it spoke.'));
    await worker?.terminate();
  }

  #receive(reply: FliteReply): void {
    this.#watch.progressed();
    if (reply.type !== 'audio') this.#abandoned.delete(reply.id);
    const waiting = this.#waiting.get(reply.id);
    if (waiting) waiting.begun = true;
    waiting?.take(reply);
    this.#look();
  }

  #look(): void {
    const [first] = this.#waiting.values();
    if (first) this.#worker?.ref();
    else this.#worker?.unref();
    this.#watch.look(this.#abandoned.size > 0 ? first?.call.clock : undefined);
  }

  /** Ends a thread that hangs, and asks another one for what is still wanted. */
  #replace(): void {
    const hung = this.#drop();
    hung?.terminate().catch(() => undefined);
    for (const { begun, request, take } of [...this.#waiting.values()]) {
      if (begun) take(new ServiceError('server', 'The voice Flite hung and was started anew in mid-sentence.'));
      else this.start().postMessage(request);
    }
    this.#look();
  }

  #drop(): Worker | undefined {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#abandoned.clear();
    this.#watch.look(undefined);
    return worker;
  }

  #fail(error: ServiceError): void {
    for (const { take } of [...this.#waiting.values()]) take(error);
  }
}
