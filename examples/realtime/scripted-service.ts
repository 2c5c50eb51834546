import { pipeline, VirtualClock } from '@voxrill/core';
import { memoryNetwork, type RealtimeLogLine, realtimeEndpoint } from '@voxrill/realtime-server';
import { type FakeLLMOptions, fakeLLM, fakeSTT, fakeTTS, fakeVadEngine, memoryTransport } from '@voxrill/testing';

const sampleRate = 24_000;

/**
 * A Realtime service without a network: our own server, with a script in the place of the model, on a clock that runs as fast as
 * it can. `address` is what a program of yours has its `apiKey` for.
 */
export function scriptedService(replies: FakeLLMOptions['replies']) {
  const clock = new VirtualClock();
  const log: RealtimeLogLine[] = [];
  const llm = fakeLLM({ firstMs: 200, ...(replies === undefined ? {} : { replies }) });
  const endpoint = realtimeEndpoint(
    (call) =>
      pipeline(
        call.input,
        fakeSTT({ finalMs: 100, sampleRate }),
        call.conversation,
        llm,
        fakeTTS({ firstMs: 100, sampleRate }),
        call.output,
      ),
    {
      clock,
      inputSampleRate: sampleRate,
      vad: (settings) => fakeVadEngine({ sampleRate: settings.sampleRate, stopMs: settings.silenceMs }),
      log: (line) => log.push(line),
    },
  );
  const network = memoryNetwork(endpoint, clock);
  return {
    clock,
    network,
    llm,
    address: { model: 'scripted', baseURL: 'ws://127.0.0.1', open: network.open },
    /** The user's end: a microphone that is never switched off. */
    transport: memoryTransport({ sampleRate, silence: true }),
    /** Everything that went over the line. */
    log,
    /** What the client has sent, but for the audio. */
    sent: () => typesOf(log.filter(({ dir }) => dir === 'client')).filter((type) => !type.endsWith('.append')),
  };
}

/** The types of events that were logged. */
export function typesOf(log: readonly RealtimeLogLine[]): readonly string[] {
  return log.flatMap(({ event }) => ('type' in event ? [event.type] : []));
}
