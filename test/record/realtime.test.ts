import { contextPair, defineTool, type FrameProcessor, pipeline, VirtualClock } from '@voxrill/core';
import { openaiRealtime } from '@voxrill/openai';
import {
  cascadeBot,
  fakeLLM,
  fakeRealtime,
  fakeSTT,
  fakeTTS,
  fakeVad,
  type MemoryTransport,
  memoryTransport,
  type RecordedParts,
  readRecording,
  recordFrames,
  replay,
  type Script,
  simulate,
} from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { memoryService } from '../realtime/memory-service.js';

const sampleRate = 24_000;
const story = 'Once there was a king. He had no crown, and he looked for it everywhere. At last he found it.';

const weather = defineTool({
  name: 'weather',
  description: 'Tells the weather.',
  parameters: z.object({}),
  run: async (_, { clock, signal }) => {
    await clock.sleep(120, signal);
    return '22 degrees';
  },
});

function replies({ messages, said }: { messages: readonly { role: string }[]; said: string }) {
  if (messages.at(-1)?.role === 'tool') return 'It has 22 degrees.';
  if (said.includes('weather')) return { toolCall: { name: 'weather' } };
  return said.includes('story') ? story : `You said: ${said}.`;
}

interface Plan {
  readonly turns: 'own' | 'service';
  readonly make: (clock: VirtualClock) => FrameProcessor;
}

function bot({ turns }: Plan, transport: MemoryTransport, model: FrameProcessor, tools = [weather]) {
  const context = contextPair({ system: 'You are brief.', tools });
  const { input, output } = transport;
  const line: FrameProcessor =
    turns === 'own'
      ? pipeline(input, fakeVad(), context.user, model, output, context.assistant)
      : pipeline(input, context.user, model, output, context.assistant);
  return { pipeline: line, context };
}

const again = (plan: Plan) => (parts: RecordedParts) =>
  bot(plan, parts.transport, parts.realtime(), [...parts.tools([weather])]).pipeline;

/** A call in which all happens that a call is made of. */
async function everything({ user, bot: voice, session }: Script): Promise<void> {
  session.say('Welcome.');
  await voice.finishes();
  await user.says('tell me a story');
  await user.interrupts(1_500, 'how is the weather');
  await voice.says('It has 22 degrees');
  await voice.finishes();
  await user.types('good morning');
  await voice.finishes();
  await user.says('a story please');
  await voice.speaks();
  session.interrupt('the supervisor');
  await user.silentFor(500);
  await user.says('good night');
}

async function recorded(plan: Plan, script = everything, hops: 'first' | 'all' = 'first') {
  const clock = new VirtualClock();
  const transport = memoryTransport({ sampleRate, silence: true });
  const lines: string[] = [];
  const { context } = await simulate(
    {
      bot: { ...bot(plan, transport, plan.make(clock)), transport },
      script,
      prepare: (session) => void recordFrames(session, (line) => void lines.push(line), { hops }),
    },
    { clock },
  );
  await clock.advance(1);
  return { recording: await readRecording(lines), context };
}

const atOurServer = (clock: VirtualClock, turnDetection: 'own' | { type: 'server_vad' }): FrameProcessor => {
  const service = memoryService(clock, (call) =>
    pipeline(
      call.input,
      fakeSTT({ finalMs: 100, sampleRate }),
      call.conversation,
      fakeLLM({ firstMs: 200, tokenMs: 10, replies, usage: { promptTokens: 20, completionTokens: 8 } }),
      fakeTTS({ firstMs: 100, sampleRate }),
      call.output,
    ),
  );
  return openaiRealtime({ model: 'own', baseURL: 'ws://127.0.0.1:1', open: service.open, turnDetection });
};

const plans: Readonly<Record<string, Plan>> = {
  'fakeRealtime, whose turns are found before it': {
    turns: 'own',
    make: () => fakeRealtime({ sampleRate, firstMs: 200, transcriptMs: 900, replies }),
  },
  'fakeRealtime, which finds turns': {
    turns: 'service',
    make: () => fakeRealtime({ sampleRate, firstMs: 200, tokenMs: 15, turns: 'service', replies }),
  },
  'openaiRealtime, whose turns are found before it': { turns: 'own', make: (clock) => atOurServer(clock, 'own') },
  'openaiRealtime, whose service finds turns': {
    turns: 'service',
    make: (clock) => atOurServer(clock, { type: 'server_vad' }),
  },
};

describe.each(Object.entries(plans))('a recorded call with %s', (_title, plan) => {
  it.each(['first', 'all'] as const)('is played again without the service, to the same frames (%s)', async (hops) => {
    const { recording, context } = await recorded(plan, everything, hops);
    expect(context.some((message) => message.role === 'assistant' && message.interrupted === true)).toBe(true);
    expect(context.some(({ role }) => role === 'tool')).toBe(true);
    const { difference, report, frames } = await replay(recording, again(plan), { transport: { sampleRate } });
    expect(difference?.message).toBeUndefined();
    expect(report).toMatchObject({ reason: 'ended', unansweredTurns: 0, totalErrors: 0 });
    expect(frames.filter(({ frame }) => frame.kind === 'tts-audio').length).toBeGreaterThan(20);
  });
});

describe('a recorded call with an end-to-end model', () => {
  const trouble: Plan = {
    turns: 'own',
    make: () => fakeRealtime({ sampleRate, replies: [['Well, ', { error: 'rate-limit' }], 'All right.'] }),
  };

  it('has its trouble again', async () => {
    const { recording } = await recorded(trouble, async ({ user, bot: voice }) => {
      await user.says('good morning');
      await user.silentFor(2_000);
      await user.says('once more');
      await voice.says('All right.');
    });
    const { difference, report } = await replay(recording, again(trouble), { transport: { sampleRate } });
    expect(difference?.message).toBeUndefined();
    expect(report.errors).toMatchObject([{ category: 'rate-limit', processor: 'fake-realtime' }]);
  });

  it('cannot be played again without one, and says so', async () => {
    const { recording } = await recorded(trouble, async ({ user }) => user.says('good morning'));
    const cascade = (parts: RecordedParts) =>
      cascadeBot({ transport: parts.transport, stt: parts.stt(), llm: parts.llm(), tts: parts.tts() }).pipeline;
    await expect(replay(recording, cascade)).rejects.toThrow(
      `In the recording "fake-realtime" is an end-to-end model; build the pipeline with parts.realtime({ name: 'fake-realtime' }) in its place.`,
    );
  });
});
