import {
  type ContextPairOptions,
  createSession,
  defineTool,
  type FrameProcessor,
  type Session,
  type Tool,
  VirtualClock,
} from '@voxrill/core';
import {
  type CascadeParts,
  cascadeBot,
  fakeLLM,
  fakeSTT,
  fakeTTS,
  fakeVad,
  type MemoryLine,
  type Random,
  type RecordedParts,
  type RecordFramesOptions,
  type Recording,
  readRecording,
  recordFrames,
  type SimulatedBot,
  seededRandom,
} from '@voxrill/testing';
import { z } from 'zod';

/** Who takes part in a call that is recorded. */
export interface LiveCall {
  readonly session: Session;
  readonly line: MemoryLine;
  readonly clock: VirtualClock;
}

/** Plays a script on the virtual clock and records the session. */
export async function recordedCall(
  bot: SimulatedBot,
  script: (call: LiveCall) => Promise<void>,
  options: RecordFramesOptions = {},
): Promise<{ readonly recording: Recording; readonly lines: readonly string[]; readonly session: Session }> {
  const clock = new VirtualClock();
  const session = createSession(bot.pipeline, { clock, id: 'recorded' });
  const lines: string[] = [];
  const recorder = recordFrames(session, (line) => void lines.push(line), options);
  const running = (async () => {
    await session.start();
    await script({ session, line: bot.transport.of(session), clock });
    if (session.state !== 'closed') await session.end({ drainMs: 30_000 });
    return recorder.done;
  })();
  await clock.runUntil(running);
  await running;
  return { recording: await readRecording(lines), lines, session };
}

/** A tool that takes its time. */
function lookup(): Tool {
  return defineTool({
    name: 'lookup',
    description: 'Looks something up.',
    parameters: z.object({ takesMs: z.number() }),
    run: async ({ takesMs }, { clock, signal }) => {
      if (takesMs > 0) await clock.sleep(takesMs, signal);
      if (takesMs === 77) throw new Error('There is no such thing.');
      return { found: takesMs };
    },
  });
}

/** A cascade whose latencies, tool calls and troubles come from the seed. */
export function randomBot(seed: number): SimulatedBot {
  return cascadeBot(randomParts(seed));
}

function randomParts(seed: number): CascadeParts {
  const random = seededRandom(seed);
  const latency = (most: number): number => (random.chance(0.3) ? 0 : random.between(1, most));
  const context: ContextPairOptions = { tools: [lookup()] };
  let told = 0;
  return {
    vad: fakeVad({ stopMs: random.pick([300, 500]) }),
    stt: fakeSTT({ finalMs: latency(300), interims: random.chance(0.7) }),
    llm: fakeLLM({
      firstMs: latency(500),
      tokenMs: latency(40),
      usage: { promptTokens: 100, completionTokens: 20, cachedPromptTokens: 60 },
      replies: ({ messages }) => {
        told++;
        if (messages.at(-1)?.role === 'tool') return 'That is what I found for you. Is there anything else?';
        if (random.chance(0.35)) {
          const call = () => ({ toolCall: { name: 'lookup', arguments: { takesMs: random.pick([0, 40, 77, 700]) } } });
          return random.chance(0.4) ? ['One moment. ', call(), call()] : [call()];
        }
        return `This is reply ${told}. It has several sentences, so that it can be cut. And here is the last one.`;
      },
    }),
    tts: fakeTTS({ firstMs: latency(200), nextMs: latency(30), words: random.chance(0.5) }),
    context,
  };
}

/** Some turns of talk, with everything that may go wrong. */
export async function randomTalk(bot: SimulatedBot, { session, line, clock }: LiveCall, random: Random): Promise<void> {
  const steps: (() => Promise<unknown> | unknown)[] = [
    () => line.say('what is the time now'),
    () => line.say('tell me a story please'),
    () => line.say('tell me a story please'),
    () => line.cough(random.between(30, 300)),
    () => line.type('typed words'),
    () => line.dtmf('5'),
    () => line.message({ hello: ['world', 1, null] }),
    () => session.interrupt(),
    () => session.interrupt('the supervisor'),
    () => session.say('A word from the house.'),
    () => bot.providers?.llm?.faults.fails('server'),
    () => bot.providers?.tts?.faults.fails('connectivity'),
    () => bot.providers?.stt?.faults.fails('overload'),
    () => bot.providers?.llm?.faults.stallsFor(random.between(100, 3000)),
    () => bot.providers?.tts?.faults.hangs(),
  ];
  for (let i = 0; i < 8; i++) {
    await random.pick(steps)();
    if (random.chance(0.8)) await clock.sleep(random.between(0, 2500));
  }
  await clock.sleep(random.between(0, 4000));
}

/** The pipeline of `randomBot`, made of recorded parts. */
export function rebuilt(seed: number): (parts: RecordedParts) => FrameProcessor {
  const { vad = fakeVad() } = randomParts(seed);
  return (parts) =>
    cascadeBot({
      transport: parts.transport,
      vad,
      stt: parts.stt({ name: 'fake-stt' }),
      llm: parts.llm({ name: 'fake-llm' }),
      tts: parts.tts({ name: 'fake-tts' }),
      context: { tools: parts.tools([lookup()]) },
    }).pipeline;
}
