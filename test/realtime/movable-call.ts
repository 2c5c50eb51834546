import {
  chain,
  contextPair,
  defineTool,
  type LLMRequest,
  pipeline,
  type SwitchableOptions,
  switchable,
  VirtualClock,
} from '@voxrill/core';
import { openaiRealtime } from '@voxrill/openai';
import { type FakeReply, fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport } from '@voxrill/testing';
import { z } from 'zod';
import { memoryService } from './memory-service.js';

const sampleRate = 24_000;

const weather = defineTool({
  name: 'weather',
  description: 'Tells the weather.',
  parameters: z.object({}),
  run: () => '22 degrees',
});

/** Asks the tool, and says what it has answered. */
function weatherman({ messages, said }: LLMRequest & { readonly said: string }): FakeReply {
  const last = messages.at(-1);
  if (last?.role === 'tool') return `It has ${last.content}.`;
  return said.includes('weather') ? { toolCall: { name: 'weather' } } : `You said: ${said}.`;
}

/** A call that a cascade and an end-to-end model may each carry; both say who they are. */
export function movableCall({ own = false, failover = false, tools = false } = {}) {
  const clock = new VirtualClock();
  const replies = tools ? { replies: weatherman } : {};
  const remote = fakeLLM({ name: 'remote', firstMs: 200, ...replies });
  const local = fakeLLM({ name: 'local', firstMs: 200, ...replies });
  const service = memoryService(clock, (call) =>
    pipeline(
      call.input,
      fakeSTT({ finalMs: 100, sampleRate }),
      call.conversation,
      remote,
      fakeTTS({ firstMs: 100, sampleRate }),
      call.output,
    ),
  );
  const transport = memoryTransport({ sampleRate, silence: true });
  const context = contextPair({ system: 'You are brief.', tools: tools ? [weather] : [] });
  const cascade = chain('cascade', fakeSTT({ finalMs: 100, sampleRate }), local, fakeTTS({ firstMs: 100, sampleRate }));
  const realtime = openaiRealtime({
    model: 'own',
    baseURL: 'ws://127.0.0.1:1',
    open: service.open,
    reconnectMs: 2_000,
    ...(own ? { turnDetection: 'own' } : {}),
  });
  const how: SwitchableOptions<'cascade' | 'realtime'> = failover
    ? { name: 'model', failover, first: 'realtime' }
    : { name: 'model' };
  if (own) {
    const model = switchable({ cascade, realtime }, how);
    const bot = pipeline(transport.input, fakeVad(), context.user, model, context.assistant, transport.output);
    return { clock, service, model, remote, local, bot: { pipeline: bot, transport, context } };
  }
  const model = switchable({ cascade: chain('hearing cascade', fakeVad(), cascade), realtime }, how);
  const bot = pipeline(transport.input, context.user, model, context.assistant, transport.output);
  return { clock, service, model, remote, local, bot: { pipeline: bot, transport, context } };
}
