import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { ServiceError } from '@voxrill/core';

const DONE = '@@DONE';

interface Waiting {
  readonly resolve: (output: string) => void;
  readonly reject: (error: ServiceError) => void;
}

/** A Festival that stays in memory and takes Scheme commands one after the other; begun again after a crash. */
export class FestivalProcess {
  readonly #greeting: string;
  #child: ChildProcessWithoutNullStreams | undefined;
  #waiting: Waiting[] = [];

  /** @param greeting - Scheme that each new process runs first. */
  constructor(greeting: string) {
    this.#greeting = greeting;
  }

  /**
   * Runs Scheme commands.
   *
   * @returns What they printed.
   * @throws ServiceError when Festival cannot be started or ends.
   */
  run(scheme: string): Promise<string> {
    const child = this.#child ?? this.#start();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      keepAlive(child, true);
      // "begin" would stop at an error without the mark, and whoever waits would wait for ever.
      child.stdin.write(`(unwind-protect (begin ${scheme}) nil)\n(format t "${DONE}\\n")(fflush nil)\n`);
    });
  }

  /** Ends the process; whoever waits for it gets an error. */
  close(): void {
    const child = this.#child;
    this.#child = undefined;
    this.#fail(new ServiceError('application', 'The voice Festival was closed while it spoke.'));
    child?.kill();
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawn('festival', ['--pipe'], { stdio: 'pipe' });
    this.#child = child;
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      // What an old process still says is not for those who wait for the new one.
      if (this.#child !== child) return;
      output += text;
      for (let end = output.indexOf(DONE); end >= 0; end = output.indexOf(DONE)) {
        this.#waiting.shift()?.resolve(output.slice(0, end));
        output = output.slice(end + DONE.length + 1);
      }
      if (this.#waiting.length === 0) keepAlive(child, false);
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
    for (const { reject } of waiting) reject(error);
  }
}

/** Whether a process may keep this one from ending. */
function keepAlive(child: ChildProcessWithoutNullStreams, alive: boolean): void {
  for (const part of [child, child.stdin, child.stdout, child.stderr]) {
    if (!(part instanceof Socket) && part !== child) continue;
    if (alive) part.ref();
    else part.unref();
  }
}
