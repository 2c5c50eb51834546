import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, runCli } from '../cli/run-cli.js';

const speech = (file: string): string => fileURLToPath(new URL(`../speech/${file}`, import.meta.url));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voxrill-vad-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('npm run vad', { timeout: 30_000 }, () => {
  it.each(['combined', 'silero', 'energy'])('prints the decisions of %s as JSON lines and nothing else', async (engine) => {
    const { code, stdout, stderr } = await runCli('vad', [
      '--input',
      speech('human-ps-something.wav'),
      '--engine',
      engine,
      '--json',
    ]);
    const lines = jsonLines(stdout);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines[0]).toEqual({ type: 'start', atMs: expect.any(Number), speechAtMs: expect.any(Number) });
    expect(lines.at(-1)).toMatchObject({ type: 'stop' });
    expect(lines.length % 2).toBe(0);
  });

  it('prints a table for people, also of a telephone call', async () => {
    const { code, stdout } = await runCli('vad', ['--input', speech('tel8k-jfk.wav')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/decided at +speech at\nstart +\d\.\d{3} s/);
  });

  it.each([
    [['--input', 'x.wav', '--engine', 'webrtc'], '--engine must be one of combined, silero, energy, not "webrtc".'],
    [['--input', 'x.wav', '--stop-ms', 'soon'], '--stop-ms must be a number, not "soon".'],
    [['--input', 'x.wav', '--stop-ms', '1'], 'combinedVad: stopMs must be a number from 32 to 10000, not 1.'],
    [[], 'Say which recording to listen to: --input FILE.wav.'],
  ])('answers the mistake in %j with one sentence and status 2', async (args, sentence) => {
    expect(await runCli('vad', args)).toEqual({ code: 2, stdout: '', stderr: `voxrill vad: ${sentence}\n` });
  });

  it('names an unknown option', async () => {
    const { code, stderr } = await runCli('vad', ['--loud']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--loud.*"npm run vad -- --help" lists the options\.\n$/);
  });

  it('answers a missing file and one that is no WAV with one sentence and status 1', async () => {
    const missing = await runCli('vad', ['--input', join(folder, 'missing.wav'), '--json']);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr.trim().split('\n')).toHaveLength(1);
    await writeFile(join(folder, 'text.wav'), 'this is no recording');
    const text = await runCli('vad', ['--input', join(folder, 'text.wav'), '--json']);
    expect(text).toMatchObject({ code: 1, stdout: '' });
    expect(text.stderr.trim().split('\n')).toHaveLength(1);
  });
});
