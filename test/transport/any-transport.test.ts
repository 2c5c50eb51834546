import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeWav, encodeWav, wavInput, wavOutput } from '@voxrill/audio';
import { type ContextPair, contextPair, createSession, type FrameProcessor, pipeline, VirtualClock } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, spokenText, textIn } from '@voxrill/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { tcpTransport } from './tcp-transport.js';

const close: (() => unknown)[] = [];
afterEach(async () => {
  for (const run of close.splice(0)) await run();
});

interface Transport {
  readonly input: FrameProcessor;
  readonly output: FrameProcessor;
}

/** One factory for all: nothing in it knows what the transport is. */
function bot({ input, output }: Transport): { readonly context: ContextPair; readonly pipeline: FrameProcessor } {
  const context = contextPair({ system: 'You repeat.' });
  const stages = pipeline(input, fakeVad(), fakeSTT(), context.user, fakeLLM(), fakeTTS(), output, context.assistant);
  return { context, pipeline: stages };
}

const said = 'two boxes please';
const answer = 'You said: two boxes please.';

/** What the user heard, and what stands in the conversation, after the user has said one thing. */
interface Came {
  readonly heard: string;
  readonly messages: unknown;
}

async function overMemory(): Promise<Came> {
  const transport = memoryTransport();
  const { context, pipeline: stages } = bot(transport);
  const clock = new VirtualClock();
  const session = createSession(stages, { clock });
  await clock.runUntil(session.start());
  await clock.runUntil(transport.of(session).say(said));
  await clock.advance(8000);
  await clock.runUntil(session.end());
  const heard = transport.of(session).heard.map(({ text }) => text);
  return { heard: heard.join(' '), messages: context.of(session).messages };
}

async function overWavFiles(): Promise<Came> {
  const folder = await mkdtemp(join(tmpdir(), 'voxrill-'));
  close.push(() => rm(folder, { recursive: true }));
  const [question, reply] = [join(folder, 'question.wav'), join(folder, 'reply.wav')];
  await writeFile(question, await encodeWav({ samples: spokenText(said), sampleRate: 16_000, channels: 1 }));
  const { context, pipeline: stages } = bot({ input: wavInput(question), output: wavOutput(reply) });
  const clock = new VirtualClock();
  const session = createSession(stages, { clock });
  await clock.runUntil(session.start());
  await clock.runUntil(session.done);
  const { samples } = await decodeWav(await readFile(reply));
  return { heard: textIn(samples), messages: context.of(session).messages };
}

/** The user’s end of a TCP line on the loopback interface. */
async function line() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const coming = once(server, 'connection');
  const user = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  const [socket] = (await coming) as [Socket];
  close.push(() => {
    user.destroy();
    socket.destroy();
    server.close();
  });
  let arrived = 0;
  let check = (): void => undefined;
  socket.on('data', (bytes: Buffer) => {
    arrived += bytes.length;
    check();
  });
  let sent = 0;
  /** Resolves when it is on the other side; pieces of odd length, as a network makes them. */
  const send = (bytes: Uint8Array): Promise<void> => {
    user.write(bytes);
    sent += bytes.length;
    return new Promise((resolve) => {
      check = () => {
        if (arrived >= sent) resolve();
      };
      check();
    });
  };
  const got: Buffer[] = [];
  user.on('data', (bytes: Buffer) => got.push(bytes));
  const heard = (): string => {
    const all = Buffer.concat(got);
    return textIn(Int16Array.from({ length: all.length >> 1 }, (_, i) => all.readInt16LE(i * 2)));
  };
  return { socket, user, send, heard };
}

/** Says a text over the line, in the time of the clock. */
async function sayOver(send: (bytes: Uint8Array) => Promise<void>, clock: VirtualClock): Promise<void> {
  const bytes = new Uint8Array(spokenText(said).buffer);
  for (let from = 0; from < bytes.length; from += 641) {
    await clock.advance(20);
    await send(bytes.subarray(from, from + 641));
  }
}

async function overTcp(): Promise<Came> {
  const { socket, user, send, heard } = await line();
  const { context, pipeline: stages } = bot(tcpTransport(socket));
  const clock = new VirtualClock();
  const session = createSession(stages, { clock });
  await clock.runUntil(session.start());
  await sayOver(send, clock);
  await clock.advance(8000);
  const over = once(user, 'end');
  await clock.runUntil(session.end());
  await over;
  return { heard: heard(), messages: context.of(session).messages };
}

describe.each([
  ['memory', overMemory],
  ['WAV files', overWavFiles],
  ['TCP', overTcp],
] as const)('the same bot over %s', (_name, call) => {
  test('hears, answers, and remembers the same (S001-5, S001-94)', async () => {
    expect(await call()).toEqual({
      heard: answer,
      messages: [
        { role: 'system', content: 'You repeat.' },
        { role: 'user', content: said },
        { role: 'assistant', content: answer },
      ],
    });
  });
});

test('a session over TCP ends when the user hangs up (S001-94)', async () => {
  const { socket, user } = await line();
  const clock = new VirtualClock();
  const session = createSession(bot(tcpTransport(socket)).pipeline, { clock });
  await clock.runUntil(session.start());
  const gone = once(socket, 'end');
  user.end();
  await gone;
  await clock.runUntil(session.done);
  expect(await session.done).toMatchObject({ reason: 'ended', totalErrors: 0 });
});

test('a transport of one’s own takes no more than forty lines (S001-94)', async () => {
  const source = await readFile(new URL('./tcp-transport.ts', import.meta.url), 'utf8');
  expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
});
