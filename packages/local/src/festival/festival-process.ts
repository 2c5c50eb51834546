import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { type ServiceCall, ServiceError } from '@voxrill/core';
import { StallWatch } from '../stall/stall-watch.js';

const DONE = '@@DONE';

interface Waiting {
  readonly scheme: string;
  readonly call: ServiceCall;
  readonly resolve: (output: string) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A Festival that stays in memory and takes Scheme commands one after the other; begun again after a crash, or when it hangs
 * with what nobody wants any more.
 */
export class FestivalProcess {
  readonly #greeting: string;
  readonly #begin: () => ChildProcessWithoutNullStreams;
  #child: ChildProcessWithoutNullStreams | undefined;
  #waiting: Waiting[] = [];
  readonly #watch = new StallWatch(() => this.#replace());

  /** @param greeting - Scheme that each new process runs first. */
  constructor(greeting: string, begin = () => spawn('festival', ['--pipe'], { stdio: 'pipe' })) {
    this.#greeting = greeting;
    this.#begin = begin;
  }

  /**
   * Runs Scheme commands.
   *
   * @returns What they printed.
   * @throws ServiceError when Festival cannot be started or ends; the signal's reason when it fires first.
   */
  async run(scheme: string, call: ServiceCall): Promise<string> {
    const { signal } = call;
    signal.throwIfAborted();
    const child = this.#child ?? this.#start();
    let onAbort: () => void = () => undefined;
    try {
      return await new Promise<string>((resolve, reject) => {
        onAbort = () => reject(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
        signal.addEventListener('abort', this.#look, { once: true });
        this.#waiting.push({ scheme, call, resolve, reject });
        write(child, scheme);
        this.#look();
      });
    } finally {
      signal.removeEventListener('abort', onAbort);
      signal.removeEventListener('abort', this.#look);
    }
  }

  /** Ends the process; whoever waits for it gets an error. */
  close(): void {
    const child = this.#child;
    this.#child = undefined;
    this.#fail(new ServiceError('application', 'The voice Festival was closed while it spoke.'));
    child?.kill();
  }

  readonly #look = (): void => {
    const wanted = this.#waiting.find(({ call }) => !call.signal.aborted);
    if (this.#child) keepAlive(this.#child, wanted !== undefined);
    // It works on the first; those behind it that were given up wait for it like the others.
    const isGivenUp = this.#waiting[0]?.call.signal.aborted === true;
    this.#watch.look(isGivenUp ? wanted?.call.clock : undefined);
  };

  /** Ends a process that hangs, and asks another one for what is still wanted. */
  #replace(): void {
    const hung = this.#child;
    this.#child = undefined;
    hung?.kill('SIGKILL');
    this.#waiting = this.#waiting.filter(({ call }) => !call.signal.aborted);
    const child = this.#waiting.length > 0 ? this.#start() : undefined;
    for (const { scheme } of this.#waiting) if (child) write(child, scheme);
    this.#look();
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = this.#begin();
    this.#child = child;
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      // What an old process still says is not for those who wait for the new one.
      if (this.#child !== child) return;
      output += text;
      for (let end = output.indexOf(DONE); end >= 0; end = output.indexOf(DONE)) {
        this.#watch.progressed();
        this.#waiting.shift()?.resolve(output.slice(0, end));
        output = output.slice(end + DONE.length + 1);
      }
      this.#look();
    });
    child.stderr.resume();
    // A process that has gone tells so by "close"; its pipe need not tell it too.
    child.stdin.on('error', () => undefined);
    const gone = (error: ServiceError) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#fail(error);
    };
    child.once('error', (cause) =>
      gone(
        new ServiceError(
          'application',
          'Festival cannot be started: install it ("apt install festival festvox-us-slt-hts"), or use flite().',
          {
            usable: false,
            cause,
          },
        ),
      ),
    );
    child.once('close', (status) =>
      gone(new ServiceError('server', `The voice Festival stopped with status ${status}: the next sentence starts it anew.`)),
    );
    child.stdin.write(`${this.#greeting}\n`);
    return child;
  }

  #fail(error: ServiceError): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#watch.look(undefined);
    for (const { reject } of waiting) reject(error);
  }
}

function write(child: ChildProcessWithoutNullStreams, scheme: string): void {
  // "begin" would stop at an error without the mark, and whoever waits would wait for ever.
  child.stdin.write(`(unwind-protect (begin ${scheme}) nil)\n(format t "${DONE}\\n")(fflush nil)\n`);
}

/** Whether a process may keep this one from ending. */
function keepAlive(child: ChildProcessWithoutNullStreams, alive: boolean): void {
  for (const part of [child, child.stdin, child.stdout, child.stderr]) {
    if (!(part instanceof Socket) && part !== child) continue;
    if (alive) part.ref();
    else part.unref();
  }
}
