import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeWav, encodeWav, openWav, rmsLevel } from '@voxrill/audio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, runCli } from './run-cli.js';

const speech = (file: string): string => fileURLToPath(new URL(`../speech/${file}`, import.meta.url));
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voxrill-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('npm start', () => {
  it('answers a recording: transcripts, the reply, its timing, a report, and the reply as a WAV', async () => {
    const output = join(folder, 'reply.wav');
    const { code, stdout } = await runCli('run', [
      '--input',
      speech('human-ps-goforward.wav'),
      '--output',
      output,
      '--json',
      '--fast',
    ]);
    const lines = jsonLines(stdout);
    expect(code).toBe(0);
    const final = lines.find((line) => line.type === 'transcription' && line.final === true);
    expect(String(final?.text).toLowerCase()).toMatch(/go forward (10|ten) met/u);
    expect(final?.atMs).toBeTypeOf('number');
    expect(lines.some((line) => line.type === 'bot-text' && String(line.text).length > 5)).toBe(true);
    const turn = lines.find((line) => line.type === 'turn');
    expect(turn).toMatchObject({ userStoppedAtMs: expect.any(Number), botStartedAtMs: expect.any(Number) });
    expect(turn?.voiceToVoiceMs).toBe(Number(turn?.botStartedAtMs) - Number(turn?.userStoppedAtMs));
    expect(lines.at(-1)).toMatchObject({ type: 'report', reason: 'ended', unansweredTurns: 0 });
    const times = [...stdout.matchAll(/"\w+Ms":([^,}\]]+)/gu)].map(([, value]) => Number(value));
    expect(times.length).toBeGreaterThan(10);
    expect(times.filter((value) => !Number.isInteger(value))).toEqual([]);
    const reply = await decodeWav(await readFile(output));
    expect(rmsLevel(reply.samples)).toBeGreaterThan(-40);
    expect(reply.samples.length / reply.sampleRate).toBeGreaterThan(0.5);
  });

  it('takes stereo float audio of 48 kHz as it takes any other', async () => {
    const chunks: number[] = [];
    for await (const chunk of await openWav(speech('human-ps-goforward.wav'), { sampleRate: 48_000, channels: 2 }))
      chunks.push(...chunk);
    const input = join(folder, 'stereo.wav');
    await writeFile(
      input,
      await encodeWav({ samples: Int16Array.from(chunks), sampleRate: 48_000, channels: 2 }, { encoding: 'float32' }),
    );
    const { code, stdout } = await runCli('run', [
      '--input',
      input,
      '--output',
      join(folder, 'stereo-reply.wav'),
      '--json',
      '--fast',
    ]);
    expect(code).toBe(0);
    expect(jsonLines(stdout).some((line) => /go forward/iu.test(String(line.text)))).toBe(true);
  });

  it('leaves with 1 and says so when nothing was said, and writes no reply', async () => {
    const input = join(folder, 'silence.wav');
    await writeFile(input, await encodeWav({ samples: new Int16Array(16_000), sampleRate: 16_000, channels: 1 }));
    const output = join(folder, 'no-reply.wav');
    const { code, stdout, stderr } = await runCli('run', ['--input', input, '--output', output, '--json', '--fast']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^voxrill: No speech was understood in .*\n$/u);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'report', totalTurns: 0 });
    expect(existsSync(output)).toBe(false);
  });

  const wrong: readonly (readonly [string, (folder: string) => Promise<readonly string[]>, number, RegExp])[] = [
    ['an unknown option', async () => ['--inptu', 'x.wav'], 2, /--inptu/u],
    ['an unknown choice', async () => ['--vad', 'magic'], 2, /combined, silero, energy/u],
    ['an output without a name', async () => ['--output', ''], 2, /--output needs the name of a file/u],
    [
      'an output that is the input, by another path',
      async (here) => {
        const path = join(here, 'mine.wav');
        await writeFile(path, await readFile(speech('human-cards-001.wav')));
        return ['--input', path, '--output', join(here, '..', basename(here), 'mine.wav')];
      },
      2,
      /overwrite the recording/u,
    ],
    ['a file that is not there', async (here) => ['--input', join(here, 'nothing.wav')], 1, /nothing\.wav/u],
    [
      'a file that is not a WAV',
      async (here) => {
        const path = join(here, 'text.wav');
        await writeFile(path, 'I am a text, and a long enough one to be more than a header.'.repeat(4));
        return ['--input', path];
      },
      1,
      /WAV/u,
    ],
    [
      'an empty file',
      async (here) => {
        const path = join(here, 'empty.wav');
        await writeFile(path, '');
        return ['--input', path];
      },
      1,
      /empty/u,
    ],
    [
      'a WAV that is cut off in its header',
      async (here) => {
        const path = join(here, 'cut.wav');
        await writeFile(path, (await readFile(speech('human-ps-goforward.wav'))).subarray(0, 30));
        return ['--input', path];
      },
      1,
      /cut\.wav/u,
    ],
    [
      'an output in a folder that is not there',
      async (here) => ['--input', speech('human-cards-001.wav'), '--output', join(here, 'no', 'such', 'reply.wav')],
      1,
      /reply\.wav/u,
    ],
    [
      'an output that is a folder',
      async (here) => {
        await mkdir(join(here, 'a-folder.wav'));
        return ['--output', join(here, 'a-folder.wav')];
      },
      1,
      /directory/u,
    ],
  ];
  for (const [what, prepare, expected, message] of wrong) {
    it(`answers ${what} with one sentence and exit code ${expected}, also with --fast, and leaves nothing behind`, async () => {
      const here = await mkdtemp(join(folder, 'wrong-'));
      const args = ['--output', join(here, 'reply.wav'), '--json', ...(await prepare(here))];
      const before = await readdir(here, { recursive: true });
      for (const { code, stdout, stderr } of await Promise.all([runCli('run', args), runCli('run', [...args, '--fast'])])) {
        expect(stderr).toMatch(message);
        expect(stderr).toMatch(/^voxrill: [^\n]+\n$/u);
        expect(code).toBe(expected);
        for (const line of stdout === '' ? [] : jsonLines(stdout)) expect(line.type).toMatch(/error|report/u);
      }
      expect(await readdir(here, { recursive: true })).toEqual(before);
    });
  }

  it.each(['cascade', 'realtime'])(
    'leaves with 130 when it is stopped in mid-talk (%s), and keeps no half reply',
    async (mode) => {
      const here = await mkdtemp(join(folder, 'stopped-'));
      const args = ['--mode', mode, ...(mode === 'realtime' ? ['--offline'] : []), '--output', join(here, 'reply.wav'), '--json'];
      const { code, stderr } = await runCli('run', args, {
        stop: { signal: 'SIGINT', after: /"type":"transcription"/u },
      });
      expect({ code, stderr }).toEqual({ code: 130, stderr: 'voxrill: Stopped before the end.\n' });
      expect(await readdir(here)).toEqual([]);
    },
  );

  it.each(['SIGINT', 'SIGTERM'] as const)('leaves with 130 on %s in mid-download, and keeps nothing of it', async (signal) => {
    const here = await mkdtemp(join(folder, 'download-'));
    const npm = join(here, 'npm-cli.js');
    await writeFile(
      npm,
      `const { writeFileSync } = require('node:fs');
       writeFileSync(process.env.npm_config_cache + '/_cacache/tmp/part', 'x'.repeat(5_000_000));
       setInterval(() => writeFileSync(process.env.npm_config_cache + '/_cacache/tmp/part', 'x'.repeat(20_000_000)), 5);`,
    );
    const cache = join(here, 'cache');
    const { code, stderr } = await runCli('run', ['--output', join(here, 'reply.wav'), '--json'], {
      env: { VOXRILL_CACHE: cache, npm_execpath: npm },
      stop: { signal, after: /Fetching [1-9]/u },
    });
    expect(stderr).toMatch(/^(Fetching [^\n]+\n)+voxrill: Stopped before the end\.\n$/u);
    expect(code).toBe(130);
    expect((await readdir(cache)).filter((name) => name !== 'models')).toEqual([]);
    expect((await readdir(here)).sort()).toEqual(['cache', 'npm-cli.js']);
  });

  it('says what to do when there is neither a network nor a model', async () => {
    const here = await mkdtemp(join(folder, 'offline-'));
    const { code, stderr } = await runCli('run', ['--output', join(here, 'reply.wav'), '--json'], {
      env: {
        VOXRILL_CACHE: join(here, 'no-models'),
        npm_config_registry: 'http://127.0.0.1:9/',
        npm_config_fetch_retries: '0',
        npm_config_cache: join(here, 'no-npm-cache'),
      },
    });
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^voxrill: .*VOXRILL_CACHE/u);
    expect((await readdir(here)).filter((name) => name.endsWith('.wav') || name.endsWith('.part'))).toEqual([]);
  });
});
