import { pipeline, VirtualClock } from '@voxrill/core';
import { openaiRealtime } from '@voxrill/openai';
import {
  type FakeLLMOptions,
  fakeLLM,
  fakeRealtime,
  fakeSTT,
  fakeTTS,
  type RealtimeSetting,
  type RealtimeUnderTest,
  realtimeConformance,
} from '@voxrill/testing';
import { describe, it } from 'vitest';
import { memoryService } from '../realtime/memory-service.js';

const clock = () => new VirtualClock();
const categories = ['authentication', 'rate-limit', 'connectivity', 'server'] as const;
const sampleRate = 24_000;

describe.each([
  ['without latency, in turns that are found before it', 'own', {}],
  ['without latency, in turns that it finds', 'service', {}],
  ['with latency, in turns that are found before it', 'own', { firstMs: 300, tokenMs: 25 }],
  ['with latency, in turns that it finds', 'service', { firstMs: 300, tokenMs: 25 }],
] as const)('fakeRealtime %s', (_title, turns, latency) => {
  const transcriptMs = { none: {}, soon: { transcriptMs: 0 }, late: { transcriptMs: 2_500 } } as const;
  const make = ({ scene, transcripts }: RealtimeSetting): RealtimeUnderTest => ({
    turns,
    model: fakeRealtime({ ...latency, ...transcriptMs[transcripts], turns, replies: scene.replies }),
  });
  const failing = categories.map((category) => ({
    category,
    make: (): RealtimeUnderTest => ({
      turns,
      model: fakeRealtime({ ...latency, turns, replies: [['Well, ', { error: category }]] }),
    }),
  }));
  for (const { title, run } of realtimeConformance(make, { clock, failing })) it(title, run);
});

describe.each([
  ['in turns that are found before it', 'own', 'own'],
  ['in turns that the service finds', 'service', { type: 'server_vad' }],
] as const)('openaiRealtime at our own server %s', (_title, turns, turnDetection) => {
  const answering = (
    { clock: shared, transcripts }: RealtimeSetting,
    replies: NonNullable<FakeLLMOptions['replies']>,
  ): RealtimeUnderTest => {
    const service = memoryService(shared, (call) =>
      pipeline(
        call.input,
        fakeSTT({ finalMs: 100, sampleRate }),
        call.conversation,
        fakeLLM({ firstMs: 200, tokenMs: 10, replies }),
        fakeTTS({ firstMs: 100, sampleRate }),
        call.output,
      ),
    );
    const model = openaiRealtime({
      model: 'own',
      baseURL: 'ws://127.0.0.1:1',
      open: service.open,
      turnDetection,
      ...(transcripts === 'none' ? { transcription: false } : {}),
    });
    return { turns, model, sampleRate };
  };
  const make = (setting: RealtimeSetting): RealtimeUnderTest => answering(setting, setting.scene.replies);
  // The reason does not travel: whatever fails behind a server is trouble of the server.
  const failing = [
    {
      category: 'server',
      make: (setting: RealtimeSetting): RealtimeUnderTest => answering(setting, [['Well, ', { error: 'server' }]]),
    },
  ] as const;
  for (const { title, run } of realtimeConformance(make, { clock, transcripts: ['soon', 'none'], failing })) it(title, run);
});
