import { pipeline, VirtualClock } from '@voxrill/core';
import { type FakeLLMOptions, fakeLLM, fakeSTT, fakeTTS, memoryTransport } from '@voxrill/testing';
import { memoryService } from '../../test/realtime/memory-service.js';

const sampleRate = 24_000;

/**
 * A Realtime service without a network: our own server, with a script in the place of the model, on a clock that runs as fast as
 * it can. `address` is what a program of yours has its `apiKey` for.
 */
export function scriptedService(replies: FakeLLMOptions['replies']) {
  const clock = new VirtualClock();
  const llm = fakeLLM({ firstMs: 200, ...(replies === undefined ? {} : { replies }) });
  const service = memoryService(clock, (call) =>
    pipeline(
      call.input,
      fakeSTT({ finalMs: 100, sampleRate }),
      call.conversation,
      llm,
      fakeTTS({ firstMs: 100, sampleRate }),
      call.output,
    ),
  );
  return {
    clock,
    service,
    llm,
    address: { model: 'scripted', baseURL: 'ws://127.0.0.1', open: service.open },
    /** The user's end: a microphone that is never switched off. */
    transport: memoryTransport({ sampleRate, silence: true }),
    /** What the client has sent, but for the audio. */
    sent: () =>
      service.log
        .filter(({ dir }) => dir === 'client')
        .map(({ event }) => event.type)
        .filter((type) => !type.endsWith('.append')),
  };
}
