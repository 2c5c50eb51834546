import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * The other end of a line, in a process of its own, so that its work is not counted as ours. Messages go both ways; it ends
 * when this process does.
 */
export class Peer<Command extends object, Answer> {
  readonly #child: ChildProcess;
  readonly #answers: Answer[] = [];
  readonly #waiting: ((answer: Answer) => void)[] = [];

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (message) => {
      // It runs this very program.
      const answer = message as Answer;
      const first = this.#waiting.shift();
      if (first === undefined) this.#answers.push(answer);
      else first(answer);
    });
    child.on('exit', (code) => {
      if (code === 0 || this.#waiting.length === 0) return;
      process.stderr.write(`A process that the bench needs ended with status ${code}.\n`);
      process.exit(1);
    });
  }

  /** Starts what `run.ts` knows by this name. */
  static start<Command extends object, Answer>(name: string, ...parameters: readonly string[]): Peer<Command, Answer> {
    const run = fileURLToPath(new URL('../run.js', import.meta.url));
    return new Peer(fork(run, ['--child', name, ...parameters], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  }

  tell(command: Command): void {
    this.#child.send(command);
  }

  /** What it says next. */
  next(): Promise<Answer> {
    const first = this.#answers.shift();
    if (first !== undefined) return Promise.resolve(first);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const over = once(this.#child, 'exit');
    this.#child.disconnect();
    await over;
  }
}

/** In the other process: does what it is told, answers with `answer`, and ends when nobody is left to tell it anything. */
export function beTold<Command>(obey: (command: Command) => void): void {
  process.on('message', (message) => obey(message as Command));
  process.on('disconnect', () => process.exit(0));
}

export function answer(message: object): void {
  process.send?.(message);
}
