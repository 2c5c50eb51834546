import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { decodeWav, rmsLevel } from '@voxrill/audio';
import { afterAll, beforeAll, expect, it } from 'vitest';

const example = fileURLToPath(new URL('../../examples/realtime-cli.ts', import.meta.url));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voxrill-voice-client-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('S001-4, S004-26: a complete voice client has at most 75 lines, and holds a conversation', { timeout: 120_000 }, async () => {
  expect((await readFile(example, 'utf8')).trimEnd().split('\n').length).toBeLessThanOrEqual(75);
  const { OPENAI_API_KEY: _, ...env } = process.env;
  const tsx = pathToFileURL(fileURLToPath(import.meta.resolve('tsx'))).href;
  const child = spawn(process.execPath, ['--conditions', '@voxrill/source', '--import', tsx, example], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(said).toMatch(/^you: go forward (10|ten) met/imu);
  expect(said).toMatch(/^bot: .*go forward (10|ten) met/imu);
  expect(code).toBe(0);
  const reply = await decodeWav(await readFile(join(folder, 'reply.wav')));
  expect(rmsLevel(reply.samples)).toBeGreaterThan(-40);
});
