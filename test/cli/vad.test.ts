import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, runCli } from './run-cli.js';

const goForward = fileURLToPath(new URL('../speech/human-ps-goforward.wav', import.meta.url));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voxrill-cli-vad-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('npm run vad', () => {
  it.each(['combined', 'silero', 'energy'])('finds where "go forward ten meters" is said, with %s', async (engine) => {
    const { code, stdout, stderr } = await runCli('vad', ['--input', goForward, '--engine', engine, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = jsonLines(stdout);
    expect(lines.map(({ type }) => type)).toEqual(lines.map((_, i) => (i % 2 === 0 ? 'start' : 'stop')));
    expect(lines[0]?.speechAtMs).toBeGreaterThan(300);
    expect(lines[0]?.speechAtMs).toBeLessThan(800);
    expect(lines.at(-1)?.speechAtMs).toBeGreaterThan(1_700);
    expect(lines.at(-1)?.speechAtMs).toBeLessThan(2_500);
  });

  it('prints a table for people unless it is asked for JSON', async () => {
    const { code, stdout } = await runCli('vad', ['--input', goForward]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +decided at +speech at\nstart +\d\.\d{3} s +\d\.\d{3} s\nstop +\d\.\d{3} s +\d\.\d{3} s\n/u);
  });

  it.each([
    ['no input', [], 2, /--input FILE\.wav/u],
    ['an unknown engine', ['--input', goForward, '--engine', 'webrtc'], 2, /combined, silero, energy/u],
    ['a model that is none', ['--input', goForward, '--engine', 'silero', '--model', 'v9'], 2, /v6, v4/u],
    ['a threshold that is no number', ['--input', goForward, '--threshold', 'abc'], 2, /--threshold must be a number/u],
    ['a missing file', ['--input', '/nowhere/missing.wav'], 1, /missing\.wav/u],
  ] as const)('answers %s with one sentence and its exit code', async (_what, args, expected, message) => {
    const { code, stdout, stderr } = await runCli('vad', [...args, '--json']);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(/^voxrill vad: [^\n]+\n$/u);
    expect(stderr).toMatch(message);
  });

  it('answers a file that is not a WAV with one sentence and 1', async () => {
    const path = join(folder, 'text.wav');
    await writeFile(path, 'I am a text, and a long enough one to be more than a header.'.repeat(4));
    const { code, stdout, stderr } = await runCli('vad', ['--input', path, '--json']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^voxrill vad: [^\n]*WAV[^\n]*\n$/u);
  });
});
