import {
  type Clock,
  type ContextPair,
  chain,
  contextPair,
  type FrameProcessor,
  filler,
  type StageScope,
  userIdle,
} from '@voxrill/core';
import { fakeLLM } from '../fakes/fake-llm.js';
import { type FakeHearing, fakeSTT } from '../fakes/fake-stt.js';
import { type FakeSpeech, fakeTTS } from '../fakes/fake-tts.js';
import { fakeVad } from '../fakes/fake-vad.js';
import type { Faults } from '../fakes/faults.js';
import { type Random, seededRandom } from '../simulator/seeded-random.js';
import { type MemoryTransport, memoryTransport } from '../transport/memory-transport.js';
import { type Choices, type Chosen, choose } from './choices.js';
import { randomReplies } from './random-replies.js';
import { randomTools } from './random-tools.js';
import { turnChoices, turnOptions } from './random-turns.js';
import { seedOf } from './seed-of.js';
import type { WordSource } from './word-source.js';

/** A thousand samples a second are plenty for audio that carries letters, and sixteen times cheaper. */
const sampleRate = 1000;

/** What differs from bot to bot. A line of its own for each thing. */
export const botChoices = {
  order: (r: Random) => r.pick(['usual', 'as printed'] as const),
  chunkMs: (r: Random) => r.pick([20, 40, 100]),
  microphoneDeliversSilence: (r: Random) => r.chance(0.1),
  leadMs: (r: Random) => r.pick([0, 0, 60, 200]),
  vadStartMs: (r: Random) => r.pick([20, 60, 200]),
  vadStopMs: (r: Random) => r.pick([200, 500, 800]),
  sttFinalMs: (r: Random) => r.pick([0, 100, 400, 1500]),
  sttInterims: (r: Random) => r.chance(0.7),
  sttTrouble: (r: Random) => r.pick([0, 0, 0.1, 0.4]),
  llmFirstMs: (r: Random) => r.pick([0, 100, 400, 1500]),
  llmTokenMs: (r: Random) => r.pick([0, 0, 20, 80]),
  llmTrouble: (r: Random) => r.pick([0, 0, 0.1, 0.3]),
  ttsFirstMs: (r: Random) => r.pick([0, 80, 150, 600]),
  ttsChunkMs: (r: Random) => r.pick([60, 100, 250]),
  ttsNextMs: (r: Random) => r.pick([0, 0, 10, 55]),
  ttsCharMs: (r: Random) => r.pick([40, 60, 65]),
  ttsWordTimes: (r: Random) => r.chance(0.6),
  ttsTrouble: (r: Random) => r.pick([0, 0, 0.1, 0.3]),
  toolShare: (r: Random) => r.pick([0, 0.2, 0.5]),
  filler: (r: Random) => r.chance(0.25),
  userIdle: (r: Random) => r.chance(0.2),
} as const satisfies Choices;

/** The stages of a bot in their order; what it gives back is what is called. For bots that are broken on purpose. */
export type Sabotage = (stages: readonly FrameProcessor[]) => readonly FrameProcessor[];

/** A bot whose parts were chosen by chance. */
export interface RandomBot {
  readonly pipeline: FrameProcessor;
  readonly transport: MemoryTransport;
  readonly context: ContextPair;
  readonly faults: Readonly<Record<'stt' | 'llm' | 'tts', Faults>>;
  readonly options: Chosen<typeof botChoices>;
  readonly turn: Chosen<typeof turnChoices>;
}

/** Builds the bot of one conversation. */
export function randomBot(
  seed: number,
  {
    words,
    clock,
    sabotage = (stages) => stages,
  }: { readonly words: WordSource; readonly clock: Clock; readonly sabotage?: Sabotage },
): RandomBot {
  const options = choose(botChoices, seed);
  const turn = choose(turnChoices, seed);
  const { chunkMs, leadMs, microphoneDeliversSilence: silence } = options;
  const transport = memoryTransport({ sampleRate, chunkMs, leadMs, silence });
  const vad = fakeVad({ startMs: options.vadStartMs, stopMs: options.vadStopMs });
  const stt = fakeSTT({
    sampleRate,
    finalMs: options.sttFinalMs,
    interims: options.sttInterims,
    hears: troubledHearing(seededRandom(seedOf(seed, 'stt')), options.sttTrouble),
    tuning: { finalMs: 4000 },
  });
  const llm = fakeLLM({
    firstMs: options.llmFirstMs,
    tokenMs: options.llmTokenMs,
    replies: randomReplies(seededRandom(seedOf(seed, 'llm')), words, options),
    tuning: { firstMs: 4000, nextMs: 3000 },
  });
  const tts = fakeTTS({
    sampleRate,
    charMs: options.ttsCharMs,
    firstMs: options.ttsFirstMs,
    chunkMs: options.ttsChunkMs,
    nextMs: options.ttsNextMs,
    words: options.ttsWordTimes,
    speaks: troubledSpeech(seededRandom(seedOf(seed, 'tts')), options.ttsTrouble),
    tuning: { firstMs: 3000, nextMs: 3000 },
  });
  const context = contextPair({ tools: randomTools(seededRandom(seedOf(seed, 'tools')), clock), turn: turnOptions(turn) });
  const { input, output } = transport;
  const extras = options.filler ? [filler({ phrases: Array.from({ length: 40 }, () => words.sentence(2)), afterMs: 600 })] : [];
  const idle = options.userIdle ? [idlePrompts(words)] : [];
  const stages =
    options.order === 'usual'
      ? [input, vad, stt, context.user, llm, ...extras, ...idle, tts, output, context.assistant]
      : [input, vad, context.user, stt, llm, ...extras, ...idle, tts, context.assistant, output];
  return {
    pipeline: chain('bot', ...sabotage(stages)),
    transport,
    context,
    faults: { stt: stt.faults, llm: llm.faults, tts: tts.faults },
    options,
    turn,
  };
}

/** Speaks to a silent user twice, each time in other words, and then no more. */
function idlePrompts(words: WordSource): FrameProcessor {
  const prompt = (stage: StageScope): void => stage.pushDown(stage.frame('tts-speak', { text: words.sentence(3) }));
  return userIdle({ afterMs: 5000, steps: [prompt, prompt] });
}

/** What a recogniser may make of an utterance: mostly what was said, now and then late, or nothing. */
function troubledHearing(random: Random, share: number): (spoken: string) => FakeHearing {
  const troubles: readonly (() => FakeHearing)[] = [
    () => ({ finalMs: random.between(500, 6000) }),
    () => ({ missing: true }),
    () => ({ error: random.pick(['server', 'rate-limit', 'connectivity'] as const) }),
    () => ({ hang: true }),
  ];
  return () => (random.chance(share) ? random.pick(troubles)() : {});
}

/** How a voice may fail on a sentence. */
function troubledSpeech(random: Random, share: number): (text: string) => FakeSpeech | undefined {
  const troubles: readonly (() => FakeSpeech)[] = [
    () => ({ error: 'server' }),
    () => ({ error: 'server', errorAtMs: random.between(0, 1200) }),
    () => ({ stallAtMs: random.between(0, 800), stallMs: random.between(100, 2500) }),
    () => ({ stallAtMs: random.between(0, 800) }),
  ];
  return () => (random.chance(share) ? random.pick(troubles)() : undefined);
}
