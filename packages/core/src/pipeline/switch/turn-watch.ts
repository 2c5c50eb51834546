import type { Frame } from '../../frames/frame.js';
import { asksForReply } from '../../turn/asks-for-reply.js';

/** How long after the user's turn the bot may take to begin its answer, before nobody waits for it any more. */
const answerMs = 10_000;

/** Knows from the frames that pass whether anybody has the floor: the user, or the bot, or the bot in a moment. */
export class TurnWatch {
  #voice = false;
  #turn = false;
  #bot = false;
  /** Session milliseconds until which an answer is expected. */
  #answerUntilMs = 0;

  /** Whether the conversation is between two turns. */
  quiet(nowMs: number): boolean {
    return !this.#voice && !this.#turn && !this.#bot && nowMs >= this.#answerUntilMs;
  }

  get answerUntilMs(): number {
    return this.#answerUntilMs;
  }

  see(frame: Frame, nowMs: number): void {
    switch (frame.kind) {
      case 'vad-user-started-speaking':
        this.#voice = true;
        return;
      case 'vad-user-stopped-speaking':
        this.#voice = false;
        return;
      case 'user-started-speaking':
        this.#turn = true;
        this.#answerUntilMs = 0;
        return;
      case 'user-stopped-speaking':
        this.#turn = false;
        if (asksForReply(frame)) this.#answerUntilMs = nowMs + answerMs;
        return;
      case 'bot-started-speaking':
        this.#bot = true;
        this.#answerUntilMs = 0;
        return;
      case 'bot-stopped-speaking':
        this.#bot = false;
        return;
      case 'interruption':
      case 'error':
        this.#answerUntilMs = 0;
        return;
      default:
    }
  }
}
