import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeAudio, openWsSocket } from '@voxrill/openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaints, type Family, type Side } from '../realtime-schemas/published-schema.js';
import { jsonLines, runCli, startCli } from './run-cli.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voxrill-realtime-server-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Event = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Sends what the client has to say as soon as it was greeted; resolves with all that came until the answer was whole. */
function talk(url: string, headers: Readonly<Record<string, string>>, said: readonly object[]): Promise<readonly Event[]> {
  return new Promise((resolve, reject) => {
    const events: Event[] = [];
    const socket = openWsSocket(
      { url, headers, protocols: [], deflate: false },
      {
        opened: () => undefined,
        pong: () => undefined,
        message: (text) => {
          const event = JSON.parse(text) as Event;
          events.push(event);
          if (event.type === 'session.created') for (const one of said) socket.send(JSON.stringify(one));
          if (event.type === 'response.done') socket.close();
        },
        closed: ({ code, error }) => (code === 1000 ? resolve(events) : reject(error ?? new Error(`Closed with ${code}.`))),
      },
    );
  });
}

const question = {
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Please count to three.' }] },
};

/** The text and the sound of an answer, by the names that the dialect has for them. */
const answer = (events: readonly Event[], prefix: string) => {
  const deltas = (type: string) => events.filter((event) => event.type === type).map(({ delta }) => String(delta));
  const audio = deltas(`${prefix}.delta`).map((delta) => decodeAudio(delta)?.length ?? 0);
  return { text: deltas(`${prefix}_transcript.delta`).join(''), samples: audio.reduce((sum, length) => sum + length, 0) };
};

describe('npm run realtime-server', () => {
  it('talks with clients of both dialects, writes all of it down as it was published, and ends at SIGTERM', async () => {
    const log = join(folder, 'events.jsonl');
    const server = startCli('realtime-server', ['--port', '0', '--log', log]);
    const [, url = ''] = await server.says(/^Listening at (ws:\S+)$/mu);
    const today = await talk(url, {}, [
      { type: 'session.update', session: { type: 'realtime', output_modalities: ['audio'] } },
      question,
      { type: 'response.create' },
    ]);
    const beta = await talk(url, { 'OpenAI-Beta': 'realtime=v1' }, [
      { type: 'session.update', session: { modalities: ['text', 'audio'], voice: 'slt' } },
      question,
      { type: 'response.create' },
    ]);
    for (const { text, samples } of [answer(today, 'response.output_audio'), answer(beta, 'response.audio')]) {
      expect(text.toLowerCase()).toMatch(/one.*two.*three/u);
      expect(samples).toBeGreaterThan(24_000);
    }
    await server.says(/Pipecat/u);
    server.stop('SIGTERM');
    const { code, stdout, stderr } = await server.done;
    expect({ code, stderr: stderr.replace(/^Fetching .*\n/gmu, '') }).toEqual({ code: 0, stderr: '' });
    for (const client of ['OpenAIRealtimeWS', '@openai/agents-realtime', 'RealtimeClient', 'RTClient', 'LiveKit'])
      expect(stdout).toContain(client);
    const lines = jsonLines(await readFile(log, 'utf8')) as { dir: Side; proto: Family; conn: string; event: Event }[];
    expect(lines.flatMap(({ dir, proto, event }) => complaints(event, dir, proto))).toEqual([]);
    const written = (proto: Family, dir: Side) => lines.filter((line) => line.proto === proto && line.dir === dir);
    expect(written('ga', 'server').map(({ event }) => event)).toEqual(today);
    expect(written('beta', 'server').map(({ event }) => event)).toEqual(beta);
    expect(written('ga', 'client').map(({ event }) => event.type)).toEqual(
      written('beta', 'client').map(({ event }) => event.type),
    );
    expect(new Set(lines.map(({ conn }) => conn)).size).toBe(2);
  });

  it('says in one sentence that its port is taken, and leaves with 1', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { code, stdout, stderr } = await runCli('realtime-server', ['--port', String(port)]);
    other.close();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(`voxrill realtime-server: Port ${port} of 127.0.0.1 is taken; give another one by --port.\n`);
  });

  it.each([
    ['an unknown option', ['--prot', '1'], 2, /--prot/u],
    ['a port that is none', ['--port', '70000'], 2, /--port must be a whole number from 0 to 65535/u],
    ['a dialect that is none', ['--dialect', 'gamma'], 2, /auto, ga, beta/u],
    ['an open host without a key', ['--host', '0.0.0.0'], 2, /--key/u],
    ['an empty key', ['--key', ''], 2, /--key needs a key that is not empty/u],
    ['a key with white space', ['--key', 'my key'], 2, /--key needs a key without white space/u],
    ['half a certificate', ['--tls-cert', 'cert.pem'], 2, /--tls-key/u],
    ['a certificate that is not there', ['--tls-cert', 'no.pem', '--tls-key', 'no.pem'], 1, /no\.pem/u],
    ['a log in a folder that is not there', ['--log', '/nowhere/at/all.jsonl'], 1, /--log/u],
    ['a log on a full disk', ['--log', '/dev/full'], 1, /ENOSPC.*--log/u],
  ] as const)('answers %s with one sentence before it starts', async (_what, args, expected, message) => {
    const { code, stdout, stderr } = await runCli('realtime-server', ['--port', '0', ...args]);
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(/^voxrill realtime-server: [^\n]+\n$/u);
    expect(stderr).toMatch(message);
  });

  it('keeps what a log already holds', async () => {
    const log = join(folder, 'older.jsonl');
    await writeFile(log, '{"older":true}\n');
    const server = startCli('realtime-server', ['--port', '0', '--log', log]);
    await server.says(/Listening/u);
    server.stop('SIGINT');
    expect((await server.done).code).toBe(0);
    expect(await readFile(log, 'utf8')).toBe('{"older":true}\n');
  });
});
