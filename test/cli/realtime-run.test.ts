import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeWav, encodeWav, rmsLevel } from '@voxrill/audio';
import { pipeline } from '@voxrill/core';
import { serveRealtime } from '@voxrill/realtime-server';
import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realtimeThatLeaves } from './realtime-that-leaves.js';
import { jsonLines, runCli } from './run-cli.js';

const goForward = fileURLToPath(new URL('../speech/human-ps-goforward.wav', import.meta.url));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voxrill-realtime-run-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A server whose clients need a key. */
const lockedServer = () =>
  serveRealtime((call) => pipeline(call.input, fakeSTT(), call.conversation, fakeLLM(), fakeTTS(), call.output), {
    keys: ['sk-the-right-one'],
  });

const realtime = (...args: readonly string[]) => ['--mode', 'realtime', '--json', ...args];

describe('npm start -- --mode realtime', () => {
  it('has the same conversation about a recording as the cascade: transcript, reply, its sound, and a report', async () => {
    const modes = [
      ['--mode', 'cascade', '--fast'],
      ['--mode', 'realtime', '--offline'],
    ];
    const talks = await Promise.all(
      modes.map(async (mode, index) => {
        const output = join(folder, `reply-${index}.wav`);
        const { code, stdout, stderr } = await runCli('run', [...mode, '--input', goForward, '--output', output, '--json']);
        const lines = jsonLines(stdout);
        const { samples, sampleRate } = await decodeWav(await readFile(output));
        const texts = (type: string) =>
          lines.filter((line) => line.type === type && line.final !== false).map(({ text }) => text);
        return {
          outcome: { code, stderr: stderr.replace(/^Fetching .*\n/gmu, '') },
          lines,
          heard: texts('transcription').join(' ').toLowerCase(),
          said: texts('bot-text'),
          seconds: samples.length / sampleRate,
          level: rmsLevel(samples),
        };
      }),
    );
    for (const { outcome, lines, heard, level } of talks) {
      expect(outcome).toEqual({ code: 0, stderr: '' });
      expect(heard).toMatch(/^go forward (10|ten) met/u);
      expect(lines.find(({ type }) => type === 'turn')).toMatchObject({ voiceToVoiceMs: expect.any(Number) });
      expect(lines.at(-1)).toMatchObject({ type: 'report', reason: 'ended', totalTurns: 1, unansweredTurns: 0, errors: [] });
      expect(level).toBeGreaterThan(-40);
    }
    const [cascade, realtime] = talks;
    expect(realtime?.said).toEqual(cascade?.said);
    expect(realtime?.seconds).toBeCloseTo(cascade?.seconds ?? 0, 0);
  });

  it('says that a key is wrong, leaves with 1, and writes nothing', async () => {
    const server = await lockedServer();
    const here = await mkdtemp(join(folder, 'key-'));
    const output = join(here, 'reply.wav');
    const args = realtime('--url', server.url, '--api-key-env', 'MINE', '--output', output);
    const { code, stdout, stderr } = await runCli('run', args, { env: { MINE: 'sk-the-wrong-one' } });
    await server.close();
    expect(stderr).toMatch(/^voxrill: [^\n]*key[^\n]*\n$/u);
    expect(stderr).not.toContain('sk-the-wrong-one');
    expect(code).toBe(1);
    for (const line of stdout === '' ? [] : jsonLines(stdout)) expect(line.type).toMatch(/error|report/u);
    expect(await readdir(here)).toEqual([]);
  });

  it('says that nobody answers, leaves with 1, and writes nothing', async () => {
    // A port that was free a moment ago.
    const probe = createServer();
    await new Promise<void>((resolve) => void probe.listen(0, '127.0.0.1', resolve));
    const address = probe.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await new Promise((resolve) => probe.close(resolve));
    const here = await mkdtemp(join(folder, 'nobody-'));
    const args = realtime('--url', `ws://127.0.0.1:${port}`, '--output', join(here, 'reply.wav'));
    const { code, stderr } = await runCli('run', args);
    expect(stderr).toMatch(new RegExp(`^voxrill: [^\\n]*127\\.0\\.0\\.1:${port}[^\\n]*\\n$`, 'u'));
    expect(code).toBe(1);
    expect(await readdir(here)).toEqual([]);
  });

  it('says that there is no recording, and not that it talks to anybody', async () => {
    const server = await lockedServer();
    const input = join(folder, 'nowhere.wav');
    const args = realtime('--url', server.url, '--api-key-env', 'MINE', '--input', input);
    const { code, stderr } = await runCli('run', args, { env: { MINE: 'sk-the-right-one' } });
    await server.close();
    expect(stderr).toMatch(/^voxrill: [^\n]*nowhere\.wav[^\n]*\n$/u);
    expect(code).toBe(1);
  });

  it('says to whom it talks once the service has taken the key; one that goes for good is told in a sentence, and it leaves with 1', async () => {
    const server = await realtimeThatLeaves('turns away');
    const here = await mkdtemp(join(folder, 'gone-'));
    const args = realtime('--url', server.url, '--input', goForward, '--output', join(here, 'reply.wav'));
    const { code, stdout, stderr } = await runCli('run', args);
    await server.close();
    expect(stderr).toMatch(/^Talking to the model at 127\.0\.0\.1:\d+\.\nvoxrill: [^\n]*turned this client away[^\n]*\n$/u);
    expect(code).toBe(1);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'report', reason: 'failed' });
  });

  it('does not blame the recording when the line was lost and not back before the recording was over', async () => {
    const server = await realtimeThatLeaves('dies');
    const here = await mkdtemp(join(folder, 'lost-'));
    const input = join(here, 'short.wav');
    await writeFile(input, await encodeWav({ samples: new Int16Array(8_000), sampleRate: 16_000, channels: 1 }));
    const args = realtime('--url', server.url, '--input', input, '--output', join(here, 'reply.wav'));
    const { code, stderr } = await runCli('run', args);
    const [talking, complaint, ...rest] = stderr.split('\n');
    expect(talking).toMatch(/^Talking to the model at/u);
    expect(complaint).toMatch(/^voxrill: Nothing in .*short\.wav was answered, since this went wrong: .*127\.0\.0\.1:\d+/u);
    expect(rest).toEqual(['']);
    expect(code).toBe(1);
  });

  it('leaves with 1 and says so when nothing was said', async () => {
    const here = await mkdtemp(join(folder, 'silence-'));
    const input = join(here, 'silence.wav');
    await writeFile(input, await encodeWav({ samples: new Int16Array(16_000), sampleRate: 16_000, channels: 1 }));
    const args = realtime('--offline', '--input', input, '--output', join(here, 'reply.wav'));
    const { code, stdout, stderr } = await runCli('run', args);
    expect(stderr).toMatch(/^voxrill: No speech was understood in .*\n$/u);
    expect(code).toBe(1);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'report', totalTurns: 0 });
    expect(await readdir(here)).toEqual(['silence.wav']);
  });
});
