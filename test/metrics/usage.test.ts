import {
  createSession,
  defineProcessor,
  type LLMUsage,
  observeUsage,
  pipeline,
  type ServiceUsage,
  usageMeter,
  usageMetrics,
  VirtualClock,
} from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeSTT, fakeTTS, simulate } from '@voxrill/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const usage: LLMUsage = { promptTokens: 1300, cachedPromptTokens: 1280, completionTokens: 40 };

/** A session in which the test says what happens. */
async function told() {
  const clock = new VirtualClock();
  const session = createSession(pipeline(defineProcessor('stage', {}), defineProcessor('further', {})), { clock });
  const used: ServiceUsage[] = [];
  observeUsage(session, (one) => used.push(one));
  const meter = usageMeter();
  meter.watch(session);
  await session.start();
  return { session, used, meter, clock };
}

describe('the usage of a conversation', () => {
  it('shows what a provider has cached, beside all other tokens and characters, by service (S000-24, S002-6)', async () => {
    const meter = usageMeter();
    const replies = ['Ten chars.', 'Ten chars.'];
    await simulate({
      bot: cascadeBot({ llm: fakeLLM({ usage, replies }), tts: fakeTTS() }),
      script: async ({ session, user, bot }) => {
        meter.watch(session);
        for (const _ of replies) {
          await user.types('Hello.');
          await bot.finishes();
        }
      },
    });
    const { services, total } = meter.report();
    expect(services.find(({ processor }) => processor === 'fake-llm')).toMatchObject({
      calls: 2,
      promptTokens: 2600,
      cachedPromptTokens: 2560,
      completionTokens: 80,
    });
    expect(services.find(({ processor }) => processor === 'fake-tts')).toMatchObject({ calls: 2, characters: 20 });
    expect(total).toMatchObject({ calls: 4, promptTokens: 2600, characters: 20 });
  });

  it('counts the audio that a recogniser was really given', async () => {
    const meter = usageMeter();
    const stt = fakeSTT({ finalMs: 300 });
    const { report } = await simulate({
      bot: cascadeBot({ stt }),
      script: async ({ session, user, bot }) => {
        meter.watch(session);
        for (const lastsMs of [1200, 800]) {
          await user.says('Hello there.', { lastsMs });
          await bot.finishes();
        }
      },
    });
    const used = meter.report().services.find(({ processor }) => processor === 'fake-stt');
    const samples = stt.calls.reduce((sum, call) => sum + call.samples, 0);
    expect(used?.calls).toBe(2);
    expect(used?.audioMs).toBeGreaterThanOrEqual(2000);
    expect(used?.audioMs).toBeCloseTo(samples / 16, 6);
    expect(report.totalErrors).toBe(0);
  });

  it('reckons the audio of a recogniser that reports none from the stretches that its transcripts cover', async () => {
    const { session, meter } = await told();
    for (const [index, startMs] of [0, 5000].entries())
      session.send(session.frame('transcription', { text: 'Hi.', utterance: `u${index}`, startMs, endMs: startMs + 1000 }));
    expect(meter.report().total).toMatchObject({ calls: 2, audioMs: 2000 });
  });

  it('counts each frame once, however many joints it passes and however often it is sent', async () => {
    const { session, used } = await told();
    const frame = session.frame('metrics', { metrics: usageMetrics('llm', usage) });
    session.send(frame);
    session.send(frame);
    expect(used).toEqual([{ processor: 'llm', tokens: usage }]);
  });

  it('comes through metrics whole, whatever of it a provider reports', async () => {
    const count = fc.nat(1e9);
    const some = fc.record(
      {
        promptTokens: count,
        completionTokens: count,
        cachedPromptTokens: count,
        reasoningTokens: count,
        promptAudioTokens: count,
        cachedPromptAudioTokens: count,
        completionAudioTokens: count,
      },
      { requiredKeys: ['promptTokens', 'completionTokens'] },
    );
    await fc.assert(
      fc.asyncProperty(some, async (reported) => {
        const { session, used } = await told();
        session.send(session.frame('metrics', { metrics: usageMetrics('llm', reported) }));
        expect(used).toEqual([{ processor: 'llm', tokens: reported }]);
      }),
      { numRuns: 50 },
    );
  });

  it('is billed as what the service says of itself, unless the metric names another model', async () => {
    const { session, meter } = await told();
    session.send(session.frame('service-metadata', { processor: 'llm', service: 'llm', model: 'gpt-4o' }));
    session.send(session.frame('metrics', { metrics: usageMetrics('llm', usage) }));
    session.send(session.frame('metrics', { metrics: usageMetrics('llm', usage, 'gpt-4o-mini') }));
    expect(meter.report().services.map(({ model, calls }) => ({ model, calls }))).toEqual([
      { model: 'gpt-4o', calls: 1 },
      { model: 'gpt-4o-mini', calls: 1 },
    ]);
  });

  it('believes a recogniser that reports its audio, and does not count its transcripts as well', async () => {
    const { session, meter } = await told();
    const transcript = (id: number) =>
      session.frame('transcription', { text: 'Hi.', utterance: `u${id}`, startMs: 0, endMs: 1000 });
    session.send(session.frame('metrics', { metrics: [{ name: 'audio-ms', value: 1500, unit: 'ms', processor: 'session' }] }));
    session.send(transcript(1));
    session.send(session.frame('metrics', { metrics: [{ name: 'audio-ms', value: 700, unit: 'ms', processor: 'session' }] }));
    expect(meter.report().total).toMatchObject({ calls: 2, audioMs: 2200 });
  });

  it('is told of each session by itself too, as long as that one is watched', async () => {
    const one = await told();
    const other = await told();
    const meter = usageMeter();
    const [ofOne, ofOther] = [meter.watch(one.session), meter.watch(other.session)];
    const use = ({ session }: typeof one) => session.send(session.frame('metrics', { metrics: usageMetrics('llm', usage) }));
    use(one);
    use(other);
    use(other);
    ofOther.stop();
    use(other);
    expect([ofOne, ofOther, meter].map((each) => each.report().total.calls)).toEqual([1, 2, 3]);
  });

  it('of a thousand services is summed up in bounded memory', () => {
    const meter = usageMeter();
    for (let i = 0; i < 1000; i++) meter.add({ processor: `service ${i}`, tokens: usage });
    const { services, total } = meter.report();
    expect(services.length).toBeLessThanOrEqual(257);
    expect(total.calls).toBe(1000);
    expect(services.reduce((sum, { calls }) => sum + calls, 0)).toBe(1000);
  });
});
