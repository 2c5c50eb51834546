import type { Session } from '@voxrill/core';
import type { MemoryLine } from '../transport/memory-line.js';
import type { CallRecorder } from './call-recorder.js';
import type { RandomBot } from './random-bot.js';
import type { Ending, RandomScript, Step, Trouble } from './random-script.js';

/** The reason that an interruption by the application gives. */
const silenceWanted = 'The application wants silence.';

/** After so long without an event nothing can be under way any more: every deadline is much shorter. */
const quietMs = 60_000;

/** How a call came to its end; session milliseconds. */
export interface PlayedEnding {
  readonly ending: Ending;
  readonly askedAtMs: number;
}

/** Lets a script happen to a call. Resolves when its end has been asked for. */
export async function playScript(
  session: Session,
  line: MemoryLine,
  { bot, script, recorder }: { readonly bot: RandomBot; readonly script: RandomScript; readonly recorder: CallRecorder },
): Promise<PlayedEnding> {
  const play = new Play(session, line, bot, recorder);
  for (const step of script.steps) {
    if (session.state !== 'running') break;
    await play.step(step);
  }
  await play.spoken;
  const { ending, drainMs } = script;
  if (ending === 'quiet') await session.clock.sleep(quietMs);
  const askedAtMs = recorder.nowMs;
  if (session.state === 'running') play.end(ending, drainMs);
  return { ending, askedAtMs };
}

class Play {
  readonly #session: Session;
  readonly #line: MemoryLine;
  readonly #bot: RandomBot;
  readonly #recorder: CallRecorder;
  /** What the user is saying; two things at once cannot be said. */
  spoken: Promise<void> = Promise.resolve();

  constructor(session: Session, line: MemoryLine, bot: RandomBot, recorder: CallRecorder) {
    this.#session = session;
    this.#line = line;
    this.#bot = bot;
    this.#recorder = recorder;
  }

  async step(step: Step): Promise<void> {
    switch (step.does) {
      case 'say':
        await this.#say(step.text);
        if (!step.meanwhile) await this.spoken;
        return;
      case 'interrupt':
        await this.#recorder.untilBot(true, 5000);
        await this.#session.clock.sleep(step.afterMs);
        await this.#say(step.text);
        await this.spoken;
        return;
      case 'cough':
        if (step.whileBotSpeaks) await this.#recorder.untilBot(true, 5000);
        await this.#cough(step.lastsMs);
        return;
      case 'type':
        this.#line.type(step.text);
        return;
      case 'press':
        this.#line.dtmf(step.digit);
        return;
      case 'wait':
        await this.#session.clock.sleep(step.ms);
        return;
      case 'listen':
        await this.#recorder.untilBot(true, 10_000);
        await this.#recorder.untilBot(false, 15_000);
        return;
      case 'trouble':
        this.#trouble(step.provider, step.trouble);
        return;
      case 'app says':
        this.#session.say(step.text);
        return;
      case 'app interrupts':
        this.#session.interrupt(silenceWanted);
        return;
    }
  }

  end(ending: Ending, drainMs: number): void {
    const { done } = this.#session;
    switch (ending) {
      case 'quiet':
      case 'at once':
        void this.#session.end({ drainMs }).then(() => done);
        return;
      case 'user hangs up':
        this.#recorder.note('user', 'hangs up');
        this.#line.hangUp();
        return;
      case 'socket drops':
        this.#recorder.note('services', 'the socket drops');
        this.#line.drop();
        return;
      case 'app cancels':
        this.#session.cancel('The application has had enough.');
        return;
    }
  }

  async #say(text: string): Promise<void> {
    await this.spoken;
    if (this.#session.state !== 'running') return;
    this.#recorder.note('user', `says “${text}”`);
    this.spoken = this.#line.say(text);
  }

  async #cough(lastsMs: number): Promise<void> {
    await this.spoken;
    if (this.#session.state !== 'running') return;
    this.#recorder.note('user', `coughs for ${lastsMs} ms`);
    this.spoken = this.#line.cough(lastsMs);
    await this.spoken;
  }

  #trouble(provider: 'stt' | 'llm' | 'tts', trouble: Trouble): void {
    const faults = this.#bot.faults[provider];
    switch (trouble.type) {
      case 'stall':
        this.#recorder.note('services', `${provider} is about to stall for ${trouble.ms} ms`);
        faults.stallsFor(trouble.ms);
        return;
      case 'failure':
        this.#recorder.note('services', `${provider} is about to fail: ${trouble.error}`);
        faults.fails(trouble.error);
        return;
      case 'hang':
        this.#recorder.note('services', `${provider} is about to hang`);
        faults.hangs();
        return;
    }
  }
}
