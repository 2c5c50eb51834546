import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { combinedVad, encodeWav, voiceActivity, wavInput, wavOutput } from '@voxrill/audio';
import { contextPair, createSession, defineTool, pipeline, realClock, type Tool, VirtualClock } from '@voxrill/core';
import { flite, moonshine, ruleModel } from '@voxrill/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const stt = moonshine();
const tts = flite();
const caller = flite({ voice: 'slt' });
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voxrill-voice-'));
  // The first run fetches the weights.
  await stt.prepare?.({ clock: realClock(), signal: new AbortController().signal });
}, 300_000);
afterAll(async () => {
  await Promise.all([tts.close(), caller.close(), rm(folder, { recursive: true, force: true })]);
});

/** Sentences spoken by a voice, with a silence behind each, as a recording. */
async function recording(name: string, ...said: readonly (readonly [text: string, thenMs: number])[]): Promise<string> {
  const call = { clock: realClock(), signal: new AbortController().signal };
  const samples: number[] = new Array(8_000).fill(0);
  for (const [text, thenMs] of said) {
    for await (const chunk of caller.synthesize(text, call)) if (chunk.type === 'audio') samples.push(...chunk.samples);
    for (let i = 0; i < thenMs * 16; i++) samples.push(0);
  }
  const path = join(folder, `${name}.wav`);
  await writeFile(path, await encodeWav({ samples: Int16Array.from(samples), sampleRate: 16_000, channels: 1 }));
  return path;
}

/** A whole call on the virtual clock; what was said on both sides. */
async function call(input: string, tools: readonly Tool[] = []) {
  const context = contextPair({ tools });
  const bot = pipeline(
    wavInput(input),
    voiceActivity({ engine: combinedVad }),
    stt,
    context.user,
    ruleModel(),
    tts,
    wavOutput(`${input}.reply.wav`),
    context.assistant,
  );
  const clock = new VirtualClock();
  const session = createSession(bot, { clock, startMs: 120_000 });
  const started = session.start();
  await clock.runUntil(session.done);
  await started;
  return { report: await session.done, messages: context.of(session).messages };
}

describe('by voice, with real recognition, reply and speech', { timeout: 120_000 }, () => {
  it('an order of four hundred strawberries is taken', async () => {
    const { report, messages } = await call(
      await recording('order', ['Hello. I would like to order four hundred strawberries, please.', 500]),
    );
    expect(report).toMatchObject({ reason: 'ended', unansweredTurns: 0, totalErrors: 0 });
    expect(
      messages
        .filter(({ role }) => role === 'assistant')
        .map(({ content }) => content)
        .join(' '),
    ).toMatch(/400 strawberries/u);
  });

  it('a question for the weather calls the tool that fits, and is answered from its result', async () => {
    const asked: string[] = [];
    const weather = defineTool({
      name: 'get_weather',
      description: 'Tells the weather at a place.',
      parameters: z.object({ location: z.string().describe('the city') }),
      run: ({ location }) => {
        asked.push(location);
        return { temperature: 21, conditions: 'sunny' };
      },
    });
    const { report, messages } = await call(await recording('weather', ['What is the weather in Paris?', 500]), [weather]);
    expect(asked).toEqual(['Paris']);
    expect(String(messages.at(-1)?.content)).toMatch(/21/u);
    expect(report.unansweredTurns).toBe(0);
  });

  it('a long story that is interrupted ends in the context at the last word that was heard', async () => {
    const { messages } = await call(
      await recording('story', ['Please tell me a long story.', 6_000], ['Stop. What time is it?', 500]),
    );
    const story = messages.find((message) => message.role === 'assistant');
    expect(story).toMatchObject({ interrupted: true });
    const words = String(story?.content).split(' ').length;
    // Some five seconds of speech, and not the whole of it.
    expect(words).toBeGreaterThan(5);
    expect(words).toBeLessThan(25);
  });
});
