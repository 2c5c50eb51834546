import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeWav, encodeWav, openWav, stereoRecorder, voiceToVoice } from '@voxrill/audio';
import { chain, outputTransport, VirtualClock } from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeSTT, fakeTTS, memoryTransport, simulate } from '@voxrill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, type Outcome } from '../cli/run-cli.js';
import { runLatency } from './run-latency.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voxrill-latency-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The fakes whisper: one step of 16 bits is their voice. */
const whisper = { minLevelDb: -95, aboveFloorDb: 5 };

/** A call by script, recorded in stereo. */
async function recordedSimulation(path: string) {
  const recorder = stereoRecorder({ path });
  const memory = memoryTransport();
  const transport = {
    ...memory,
    input: memory.input,
    output: outputTransport({ openSink: recorder.sink((format, session) => memory.of(session).openSink(format, session)) }),
  };
  const bot = cascadeBot({
    transport,
    stt: fakeSTT({ finalMs: 80 }),
    llm: fakeLLM({
      firstMs: 330,
      replies: ['It is half past nine in the morning.', 'Once there was a king who lived by the sea.', 'Fine.'],
    }),
    tts: fakeTTS({ firstMs: 120 }),
  });
  const [input, ...rest] = bot.pipeline.composition?.parts ?? [];
  if (input === undefined) throw new Error('A cascade begins with its input.');
  const recorded = chain('recorded call', input, recorder.user, ...rest);
  const result = await simulate(
    {
      bot: { ...bot, pipeline: recorded },
      script: async ({ user, bot: agent }) => {
        await user.silentFor(400);
        await user.says('what is the time', { lastsMs: 1200 });
        await agent.finishes();
        await user.silentFor(600);
        await user.says('tell me a story', { lastsMs: 1000 });
        await user.interrupts(700, 'that is enough', { lastsMs: 900 });
        await agent.finishes();
        await user.silentFor(300);
      },
    },
    { clock: new VirtualClock({ externalCost: 'none' }) },
  );
  return result;
}

describe('a stereo recording of a simulated call', () => {
  it('has the bot where it was heard, and gives the latencies that the session has measured, to 20 ms (S001-83)', async () => {
    const path = join(folder, 'call.wav');
    const { heard, report } = await recordedSimulation(path);
    const measured = await voiceToVoice(await openWav(path, { channels: 2 }), whisper);
    const known = report.turns.map(({ voiceToVoiceMs }) => voiceToVoiceMs ?? 0);
    expect(known).toHaveLength(3);
    expect(measured.turns).toHaveLength(3);
    for (const [i, { latencyMs }] of measured.turns.entries()) expect(Math.abs(latencyMs - known[i]!)).toBeLessThanOrEqual(20);
    for (const [i, { agentStartMs }] of measured.turns.entries())
      expect(Math.abs(agentStartMs - heard[i]!.startMs)).toBeLessThanOrEqual(10);
    expect(measured.bargeIns).toHaveLength(1);
    expect(Math.abs(measured.bargeIns[0]!.agentEndMs - heard[1]!.endMs)).toBeLessThanOrEqual(10);
    expect(heard[1]!.interrupted).toBe(true);
    // The bot's channel holds what was heard, to the sample.
    const { samples } = await decodeWav(await readFile(path));
    const loud = samples.reduce((count, sample, i) => count + (i % 2 === 1 && sample !== 0 ? 1 : 0), 0);
    expect(loud).toBe(Math.round(heard.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs) * 16, 0)));
  });
});

describe('npm run latency', () => {
  const loudCall = async (): Promise<string> => {
    const samples = new Int16Array(2 * 16 * 5000);
    const hum = (fromMs: number, toMs: number, channel: number) => {
      for (let i = fromMs * 16; i < toMs * 16; i++) samples[2 * i + channel] = Math.round(8000 * Math.sin(i / 20));
    };
    hum(500, 1500, 0);
    hum(2300, 3600, 1);
    hum(3400, 4000, 0);
    const path = join(folder, 'loud.wav');
    await writeFile(path, await encodeWav({ samples, sampleRate: 16_000, channels: 2 }));
    return path;
  };
  const said = ({ code, stderr }: Outcome) => ({ code, stderr });

  it('prints a table for people, and one JSON object for programs', async () => {
    const path = await loudCall();
    const table = await runLatency([path]);
    expect(said(table)).toEqual({ code: 0, stderr: '' });
    expect(table.stdout).toMatch(/1\.500 s +2\.300 s +800 ms/u);
    expect(table.stdout).toMatch(/3\.400 s +3\.600 s +200 ms/u);
    const json = await runLatency([path, '--json']);
    expect(jsonLines(json.stdout)).toMatchObject([
      { turns: [{ latencyMs: 800 }], latency: { p50: 800 }, bargeIns: [{ audibleMs: 200 }] },
    ]);
  });

  it.each([
    ['no recording', [], 2, /Say which recording/u],
    ['two recordings', ['a.wav', 'b.wav'], 2, /one too many/u],
    ['a channel that is none', ['a.wav', '--user-channel', 'middle'], 2, /left, right/u],
    ['an unknown option', ['a.wav', '--loud'], 2, /lists the options/u],
    ['a missing file', ['/nowhere/missing.wav'], 1, /missing\.wav/u],
  ] as const)('answers %s with one sentence and its exit code', async (_what, args, expected, message) => {
    const { code, stdout, stderr } = await runLatency(args);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(/^voxrill latency: [^\n]+\n$/u);
    expect(stderr).toMatch(message);
  });
});
