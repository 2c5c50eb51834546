import { fileURLToPath } from 'node:url';
import { combinedVad, voiceActivity, wavInput } from '@voxrill/audio';
import { contextPair, createSession, dtmfAggregator, outputTransport, pacedSink, pipeline, realClock } from '@voxrill/core';
import { flite, moonshine, ruleModel } from '@voxrill/local';
import {
  cascadeBot,
  compareFrames,
  fakeLLM,
  fakeSTT,
  fakeTTS,
  fakeVad,
  type RecordedParts,
  readRecording,
  recordFrames,
  replay,
  type SimulatedBot,
  seededRandom,
} from '@voxrill/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LiveCall, randomBot, randomTalk, rebuilt, recordedCall } from './recorded-call.js';

const story = 'Once upon a time there was a king who had no crown. He lived in a small house by the sea.';

/** A call in which the user cuts the bot off. */
async function cutStory({ line, clock }: LiveCall): Promise<void> {
  await line.say('tell me a story');
  await clock.sleep(2_500);
  await line.say('stop please');
  await clock.sleep(6_000);
}

const storyBot = () => cascadeBot({ llm: fakeLLM({ firstMs: 300, tokenMs: 20, replies: [story, 'All right.'] }) });
const again = (parts: RecordedParts) => ({ transport: parts.transport, stt: parts.stt(), llm: parts.llm(), tts: parts.tts() });

/** Seeds of calls in which two things at one time came in another order once. */
const unlike = [489_714, 75_606];

const parted = (bot: SimulatedBot) => ({
  transport: bot.transport,
  stt: fakeSTT(),
  llm: fakeLLM({ firstMs: 300, tokenMs: 20, replies: [story, 'All right.'] }),
  tts: fakeTTS(),
});

describe('a replay', () => {
  async function sameAgain(seed: number): Promise<void> {
    const bot = randomBot(seed);
    const { recording } = await recordedCall(bot, (call) => randomTalk(bot, call, seededRandom(seed + 1)));
    expect(recording.complete).toBe(true);
    const { difference } = await replay(recording, rebuilt(seed));
    expect(difference?.message).toBeUndefined();
  }

  it('gives the same frames as the recorded call, with interruptions, tool calls and faults', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), sameAgain), { numRuns: 40 });
  });

  it('gives the same frames also when all happens in one moment: the application speaks and interrupts, a key is pressed', async () => {
    for (const seed of [...unlike, ...Array.from({ length: 40 }, (_, index) => index + 1)]) await sameAgain(seed);
  });

  it.each([
    ['hangs up', (line: LiveCall['line']) => line.hangUp()],
    ['loses the line', (line: LiveCall['line']) => line.drop()],
  ])('has the user gone who %s in the middle of the bot’s speech', async (_, leave) => {
    const { recording } = await recordedCall(storyBot(), async ({ line, clock }) => {
      await line.say('tell me a story');
      await clock.sleep(2_500);
      leave(line);
      await clock.sleep(3_000);
    });
    const { difference, frames, session } = await replay(recording, (parts) => cascadeBot(again(parts)).pipeline);
    expect(difference?.message).toBeUndefined();
    const cut = frames.filter(({ frame }) => frame.kind === 'interruption').at(-1);
    expect(cut?.frame).toMatchObject({ by: 'transport.input' });
    expect(session.state).toBe('closed');
  });

  it('leaves an interruption to the stage that made it, and makes that of the application again', async () => {
    const bot = storyBot();
    const withKeys = (parts?: RecordedParts) => {
      const { transport, stt, llm, tts } = parts === undefined ? parted(bot) : again(parts);
      const context = contextPair();
      const keys = dtmfAggregator();
      const { input, output } = transport;
      return pipeline(input, fakeVad(), stt, keys, context.user, llm, tts, output, context.assistant);
    };
    const { recording } = await recordedCall({ ...bot, pipeline: withKeys() }, async ({ session, line, clock }) => {
      await line.say('tell me a story');
      await clock.sleep(2_500);
      line.dtmf('5');
      await clock.sleep(4_500);
      session.interrupt('The user began to say something.');
      await clock.sleep(500);
    });
    const cuts = (all: typeof recording.frames) => all.flatMap(({ frame }) => (frame.kind === 'interruption' ? [frame.by] : []));
    expect(cuts(recording.frames)).toContain('dtmf-aggregator');
    expect(cuts(recording.frames).at(-1)).toBeUndefined();
    const { difference, frames } = await replay(recording, withKeys);
    expect(difference?.message).toBeUndefined();
    expect(cuts(frames)).toEqual(cuts(recording.frames));
  });

  it('needs no provider: it takes every answer from the recording, also after the user has cut one off', async () => {
    const { recording } = await recordedCall(storyBot(), cutStory);
    const { frames, report, difference } = await replay(recording, (parts) => cascadeBot(again(parts)).pipeline);
    expect(difference?.message).toBeUndefined();
    expect(compareFrames(recording.frames, frames, { ties: 'order' })?.message).toBeUndefined();
    expect(report).toMatchObject({ reason: 'ended', totalErrors: 0, unansweredTurns: 0 });
    const cut = frames.find(({ frame }) => frame.kind === 'bot-spoke' && frame.state === 'interrupted');
    expect(cut?.frame).toMatchObject({ text: expect.stringMatching(/^Once upon a time/u) });
    expect(frames.some(({ frame }) => frame.kind === 'llm-text' && frame.text === 'right.')).toBe(true);
  });

  it('gives the same frames when the recording holds every hop', async () => {
    const { recording } = await recordedCall(storyBot(), cutStory, { hops: 'all' });
    expect(recording.frames.length).toBeGreaterThan(new Set(recording.frames.map(({ frame }) => frame.id)).size);
    const { difference } = await replay(recording, (parts) => cascadeBot(again(parts)).pipeline);
    expect(difference?.message).toBeUndefined();
  });

  it('shows at which frame a changed pipeline does something else', async () => {
    const { recording } = await recordedCall(storyBot(), cutStory);
    const { difference } = await replay(recording, (parts) => {
      return cascadeBot({ ...again(parts), vad: fakeVad({ stopMs: 300 }) }).pipeline;
    });
    expect(difference?.message).toMatch(/^Frame \d+: at should be 1400 and is 1200\./u);
    expect(difference?.message).toMatch(/expected 1400 ms, .*vad-user-stopped-speaking.*\n {2}got {6}1200 ms/u);
    expect(difference?.message).toContain('"samples":{"$pcm":320}');
  });

  it('leaves it to the pipeline whether the user interrupts, so that a deaf one is found out', async () => {
    const { recording } = await recordedCall(storyBot(), cutStory);
    const { difference, frames } = await replay(recording, (parts) => {
      return cascadeBot({ ...again(parts), vad: fakeVad({ startMs: 5_000 }) }).pipeline;
    });
    expect(difference).toBeDefined();
    expect(frames.filter(({ frame }) => frame.kind === 'interruption')).toEqual([]);
  });

  it('ends, with what there is, when the recording broke off in the middle of the call', async () => {
    const { lines } = await recordedCall(storyBot(), cutStory);
    const half = lines.slice(0, Math.floor(lines.length / 2));
    const recording = await readRecording([...half, '{"at":12']);
    expect(recording.complete).toBe(false);
    const { difference, report } = await replay(recording, (parts) => cascadeBot(again(parts)).pipeline);
    expect(report.reason).toBe('cancelled');
    expect(difference?.message).toBeUndefined();
  });

  it('says what is wrong when the pipeline is not built with the recorded transport', async () => {
    const { recording } = await recordedCall(storyBot(), cutStory);
    const bot = cascadeBot({ stt: fakeSTT(), llm: fakeLLM(), tts: fakeTTS() });
    await expect(replay(recording, () => bot.pipeline)).rejects.toThrow(/transport of the recorded parts/u);
  });

  it('of a call with real speech on the real clock has the same transcripts, answers and speech', {
    timeout: 120_000,
  }, async () => {
    const input = fileURLToPath(new URL('../speech/human-ps-goforward.wav', import.meta.url));
    const voice = flite();
    const build = (head: ReturnType<typeof wavInput>) => {
      const context = contextPair();
      const output = outputTransport({
        openSink: (format, session) => pacedSink({ play: () => undefined }, format, session),
      });
      const ears = moonshine();
      return pipeline(
        head,
        voiceActivity({ engine: combinedVad }),
        ears,
        context.user,
        ruleModel(),
        voice,
        output,
        context.assistant,
      );
    };
    const session = createSession(build(wavInput(input, { tailMs: 1_500 })), { clock: realClock(), startMs: 60_000 });
    const lines: string[] = [];
    const recorder = recordFrames(session, (line) => void lines.push(line));
    await session.start();
    await session.done;
    await recorder.done;
    await voice.close();

    const recording = await readRecording(lines);
    const replayed = await replay(recording, (parts) => {
      const context = contextPair();
      return pipeline(
        parts.transport.input,
        voiceActivity({ engine: combinedVad }),
        parts.stt(),
        context.user,
        parts.llm(),
        parts.tts(),
        parts.transport.output,
        context.assistant,
      );
    });
    const said = recording.frames.filter(({ frame }) => frame.kind === 'transcription' || frame.kind === 'llm-text');
    expect(said.length).toBeGreaterThan(1);
    // Timers of a real clock are late, by a millisecond or by more.
    for (const kind of [
      'vad-user-started-speaking',
      'transcription',
      'user-stopped-speaking',
      'llm-text',
      'tts-started',
    ] as const) {
      const difference = compareFrames(recording.frames, replayed.frames, { kinds: [kind], toleranceMs: 250 });
      expect(difference?.message).toBeUndefined();
    }
    const spoken = (frames: typeof recording.frames) =>
      frames.flatMap(({ frame }) => (frame.kind === 'bot-spoke' && frame.state === 'complete' ? [frame.text] : []));
    expect(spoken(replayed.frames)).toEqual(spoken(recording.frames));
    expect(spoken(recording.frames).join(' ')).not.toBe('');
  });
});
