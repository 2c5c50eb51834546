import {
  contextPair,
  costMeter,
  observeLatency,
  observeUsage,
  pipeline,
  type ServiceUsage,
  type TurnLatency,
  transcriptTap,
} from '@voxrill/core';
import { type FakeRealtimeOptions, fakeRealtime, fakeVad, memoryTransport, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';

const usage = { promptTokens: 30, promptAudioTokens: 20, completionTokens: 12, completionAudioTokens: 9 };

/** A call with an end-to-end model of two turns, and what meters and taps have seen of it. */
async function metered(options: FakeRealtimeOptions) {
  const transport = memoryTransport();
  const context = contextPair();
  const model = fakeRealtime({ model: 'gpt-realtime', firstMs: 300, tokenMs: 20, usage, ...options });
  const used: ServiceUsage[] = [];
  const turns: TurnLatency[] = [];
  const said: string[] = [];
  const cost = costMeter();
  const tap = transcriptTap(({ who, text }) => said.push(`${who}: ${text}`));
  const { input, output } = transport;
  const line = pipeline(input, fakeVad(), tap, context.user, model, output, context.assistant);
  const { timeline } = await simulate({
    bot: { transport, context, pipeline: line },
    prepare: (session) => {
      cost.watch(session);
      observeUsage(session, (one) => used.push(one));
      observeLatency(session, (turn) => turns.push(turn));
    },
    script: async ({ user, bot }) => {
      await user.says('good morning');
      await bot.finishes();
      await user.says('good night');
      await bot.finishes();
    },
  });
  return { used, turns, said, timeline, bill: cost.report() };
}

describe('a call with an end-to-end model', () => {
  it('is measured by the parts that it has, whether or when there is a transcript', async () => {
    for (const transcriptMs of [{}, { transcriptMs: 100 }, { transcriptMs: 2_000 }]) {
      const { turns } = await metered(transcriptMs);
      expect(turns).toHaveLength(2);
      for (const { voiceToVoiceMs, parts, input, inferenceTtfbMs } of turns) {
        expect(input).toBe('voice');
        expect(voiceToVoiceMs).toBeCloseTo(800, 0);
        expect(parts.silence).toBeCloseTo(500, 0);
        expect(parts.llm).toBeCloseTo(300, 0);
        expect(parts.stt ?? 0).toBe(0);
        expect(inferenceTtfbMs).toEqual({ 'fake-realtime': 300 });
      }
    }
  });

  it('is billed by its tokens, in which what it has heard is contained', async () => {
    const { used, bill } = await metered({ transcriptMs: 100 });
    expect(used).toEqual([
      { processor: 'fake-realtime', model: 'gpt-realtime', tokens: usage },
      { processor: 'fake-realtime', model: 'gpt-realtime', tokens: usage },
    ]);
    expect(bill.complete).toBe(true);
    expect(bill.usd).toBeGreaterThan(0);
  });

  it('is written down by both sides, and told by a timeline', async () => {
    const { said, timeline } = await metered({ transcriptMs: 100 });
    expect(said).toEqual([
      'user: good morning',
      'bot: You said: good morning.',
      'user: good night',
      'bot: You said: good night.',
    ]);
    for (const line of [
      'fake-realtime hears and speaks by itself',
      'turn ends, heard by the model',
      'model begins to speak',
      'model is told of',
    ])
      expect(timeline).toContain(line);
    expect(timeline).not.toContain('without a word');
    expect(timeline).not.toContain('“”');
  });
});
