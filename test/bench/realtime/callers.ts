import { spokenText } from '@voxrill/testing';
import { WebSocket } from 'ws';
import type { Bench } from '../figure.js';
import { answer, beTold } from './peer.js';

/** What the callers do: each types, one after the other, or each speaks in real time. */
export type CallersCommand =
  | { readonly do: 'type'; readonly turns: number }
  | { readonly do: 'speak'; readonly callers: number; readonly ms: number };

/** What became of it. Times are those of `process.hrtime`, which all processes of a machine share, in ms. */
export interface CallersAnswer {
  readonly state: 'connected' | 'done';
  /** By the session's id: when the first delta of each answer came. */
  readonly firstDeltasAt: Readonly<Record<string, readonly number[]>>;
}

interface Caller {
  readonly socket: WebSocket;
  readonly firstDeltasAt: number[];
  id: string;
  /** The answer whose first delta has come. */
  response: string;
  onDone: () => void;
}

/** 20 ms of 24 kHz. */
const chunkSamples = 480;
const spoken = 'I would like four hundred strawberries please';
/** What is said between the end of an answer and the next turn. */
const pauseChunks = 25;

export const hrtimeMs = (): number => Number(process.hrtime.bigint()) / 1e6;

const append = (samples: Int16Array): string =>
  JSON.stringify({
    type: 'input_audio_buffer.append',
    audio: Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64'),
  });

function voice(): readonly string[] {
  const samples = spokenText(spoken, { lastsMs: 1500, sampleRate: 24_000 });
  const chunks: string[] = [];
  for (let at = 0; at < samples.length; at += chunkSamples) chunks.push(append(samples.slice(at, at + chunkSamples)));
  return chunks;
}

function call(url: string): Promise<Caller> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const caller: Caller = { socket, firstDeltasAt: [], id: '', response: '', onDone: () => undefined };
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      const cameAt = hrtimeMs();
      const event: {
        readonly type: string;
        readonly response_id?: string;
        readonly session?: { readonly id: string };
        readonly response?: { readonly status: string };
      } = JSON.parse(data.toString());
      if (event.type === 'response.output_audio.delta') {
        if (event.response_id === undefined || event.response_id === caller.response) return;
        caller.response = event.response_id;
        caller.firstDeltasAt.push(cameAt);
      } else if (event.type === 'response.done') {
        if (event.response?.status !== 'completed') throw new Error(`A response was not completed: ${data.toString()}`);
        caller.onDone();
      } else if (event.type === 'session.created') {
        caller.id = event.session?.id ?? '';
        resolve(caller);
      } else if (event.type === 'error') throw new Error(data.toString());
    });
  });
}

async function types(url: string, turns: number): Promise<readonly Caller[]> {
  const caller = await call(url);
  const content = [{ type: 'input_text', text: spoken }];
  const item = JSON.stringify({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
  for (let turn = 0; turn < turns; turn++) {
    await new Promise<void>((resolve) => {
      caller.onDone = resolve;
      caller.socket.send(item);
      caller.socket.send('{"type":"response.create"}');
    });
  }
  return [caller];
}

/** Sends 20 ms each 20 ms: a turn, then silence until it is answered and for a while longer, then the next. */
function speaker(caller: Caller, said: readonly string[], silence: string): () => void {
  let at = 0;
  let answered = false;
  let paused = 0;
  caller.onDone = () => {
    answered = true;
  };
  return () => {
    caller.socket.send(said[at] ?? silence);
    at++;
    if (!answered || ++paused < pauseChunks) return;
    answered = false;
    paused = 0;
    at = 0;
  };
}

async function speak(url: string, count: number, ms: number): Promise<readonly Caller[]> {
  const callers = await Promise.all(Array.from({ length: count }, () => call(url)));
  answer({ state: 'connected', firstDeltasAt: {} });
  const said = voice();
  const silence = append(new Int16Array(chunkSamples));
  // Nobody begins at the same moment as anybody else: turns are spread over four seconds, chunks over each 20 ms.
  const began = performance.now();
  const lines = callers.map((caller, i) => ({
    next: speaker(caller, said, silence),
    beganAt: began + ((i * 37) % count) * (4000 / count) + (i * 20) / count,
    sent: 0,
  }));
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = performance.now();
      for (const line of lines) {
        for (const due = (now - line.beganAt) / 20; line.sent < due; line.sent++) line.next();
      }
      if (now - began < ms) return;
      clearInterval(timer);
      resolve();
    }, 2);
  });
  return callers;
}

/** Those who call our server, all in one process that is not the server's. */
export const callers: Bench = (_emit, [url = '']) => {
  const run = async (command: CallersCommand): Promise<void> => {
    const all = command.do === 'type' ? await types(url, command.turns) : await speak(url, command.callers, command.ms);
    answer({ state: 'done', firstDeltasAt: Object.fromEntries(all.map(({ id, firstDeltasAt }) => [id, firstDeltasAt])) });
    for (const { socket } of all) socket.terminate();
  };
  beTold<CallersCommand>((command) => void run(command));
};
