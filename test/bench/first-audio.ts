import { type Clock, createSession, realClock, type Session } from '@voxrill/core';
import {
  answer,
  cascade,
  hear,
  hearChunk,
  InstantSink,
  silentChunk,
  speak,
  transcript,
  vadStarted,
  vadStopped,
} from './fakes.js';
import type { Bench, Emit } from './figure.js';
import { breathe, median } from './measure.js';

/**
 * A conversation whose bot answers at once. Its clock is the real one, put ahead by the time that the user would have taken
 * to speak: otherwise many turns would lie within the second and a half of audio that a session keeps.
 */
class Conversation {
  readonly session: Session;
  #aheadMs = 0;
  #heardAt: ((at: number) => void) | undefined;

  constructor() {
    const openSink = (format: InstantSink['format']): InstantSink => new InstantSink(format, () => this.#wrote());
    const real = realClock();
    const clock: Clock = { ...real, now: () => real.now() + this.#aheadMs };
    this.session = createSession(cascade({ openSink }), { clock });
  }

  /** The user says something of 200 ms, up to the moment before the detector holds it to be over. */
  async speak(): Promise<void> {
    vadStarted(this.session);
    for (let i = 0; i < 10; i++) {
      this.#aheadMs += 20;
      hearChunk(this.session);
    }
    await breathe();
  }

  /** The user has ended; resolves with the time at which the sink was given the first audio of the answer. */
  stop(): Promise<number> {
    const heard = new Promise<number>((resolve) => {
      this.#heardAt = resolve;
    });
    vadStopped(this.session);
    return heard;
  }

  /** Milliseconds of one turn, from the end of speech to first audio; returns when the answer has been played. */
  async turn(): Promise<number> {
    await this.speak();
    const began = performance.now();
    const ended = await this.stop();
    await breathe();
    await breathe();
    return ended - began;
  }

  #wrote(): void {
    this.#heardAt?.(performance.now());
    this.#heardAt = undefined;
  }
}

async function open(): Promise<Conversation> {
  const conversation = new Conversation();
  await conversation.session.start();
  return conversation;
}

async function* utterance(): AsyncGenerator<Int16Array> {
  for (let i = 0; i < 10; i++) yield silentChunk();
}

/** The same three services, called one after the other. */
async function bareTurn(): Promise<number> {
  let text = '';
  for await (const heard of hear(utterance())) text = heard.text;
  if (text !== transcript) throw new Error('The fake did not hear what it should.');
  let sentence = '';
  for await (const chunk of answer()) {
    if (chunk.type === 'text') sentence += chunk.text;
    if (sentence.endsWith('. ')) break;
  }
  for await (const _ of speak()) break;
  return performance.now();
}

const turns = 400;

/** From the end of the user's speech to the first audio at the sink, ms. */
export const firstAudio: Bench = async (emit) => {
  const first: number[] = [];
  const early: number[] = [];
  const last: number[] = [];
  const control: number[] = [];
  const conversations = 30;
  for (let run = -3; run < conversations; run++) {
    const conversation = await open();
    for (let turn = 1; turn <= turns; turn++) {
      const ms = await conversation.turn();
      if (run < 0) continue;
      if (turn === 1) first.push(ms);
      if (turn > 5 && turn <= 15) early.push(ms);
      if (turn > turns - 10) last.push(ms);
    }
    const report = await conversation.session.end();
    if (report.totalTurns !== turns || report.unansweredTurns !== 0 || report.totalErrors !== 0) {
      throw new Error(
        `Of ${report.totalTurns} turns ${report.unansweredTurns} got no answer; ${report.errors[0]?.message ?? ''}`,
      );
    }
    // A conversation of one turn more, so that the first turn is not measured behind a garbage collection only.
    for (let i = 0; i < 10 && run >= 0; i++) {
      const short = await open();
      first.push(await short.turn());
      await short.session.end();
      const began = performance.now();
      control.push((await bareTurn()) - began);
      await breathe();
    }
  }
  emit({ bench: 'first-audio.turn-1', value: median(first), unit: 'ms', runs: first.length });
  emit({ bench: 'first-audio.turn-10', value: median(early), unit: 'ms', runs: early.length });
  emit({ bench: 'first-audio.turn-400', value: median(last), unit: 'ms', runs: last.length });
  emit({ bench: 'first-audio.turn-400-to-turn-1', value: median(last) / median(first), unit: 'ratio', runs: last.length });
  // The first turn opens the sink; this says whether a conversation slows down once everything is open.
  emit({ bench: 'first-audio.turn-400-to-turn-10', value: median(last) / median(early), unit: 'ratio', runs: last.length });
  emit({ bench: 'first-audio.control', value: median(control), unit: 'ms', runs: control.length });
  await together(emit);
};

/** Fifty users end their turn in the same tick; how long until the last of them hears an answer. */
async function together(emit: Emit): Promise<void> {
  const sessions = 50;
  const taken: number[] = [];
  const control: number[] = [];
  const conversations = await Promise.all(Array.from({ length: sessions }, () => open()));
  for (let run = -5; run < 30; run++) {
    await Promise.all(conversations.map((conversation) => conversation.speak()));
    const began = performance.now();
    const ends = await Promise.all(conversations.map((conversation) => conversation.stop()));
    if (run >= 0) taken.push(Math.max(...ends) - began);
    await breathe();
    await breathe();
    const bareBegan = performance.now();
    const bareEnds = await Promise.all(conversations.map(() => bareTurn()));
    if (run >= 0) control.push(Math.max(...bareEnds) - bareBegan);
    await breathe();
  }
  await Promise.all(conversations.map((conversation) => conversation.session.end()));
  emit({ bench: 'first-audio.50-sessions', value: median(taken), unit: 'ms', runs: taken.length });
  emit({ bench: 'first-audio.50-sessions.control', value: median(control), unit: 'ms', runs: control.length });
}
