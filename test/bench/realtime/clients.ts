import {
  type AudioFormat,
  type AudioSink,
  type Clock,
  chain,
  contextPair,
  createSession,
  defineProcessor,
  type InputPort,
  inputTransport,
  outputTransport,
  realClock,
  type Session,
  type SessionContext,
} from '@voxrill/core';
import { type OpenRealtimeSocket, openaiRealtime } from '@voxrill/openai';
import { WebSocket } from 'ws';

/** One end of a call: takes chunks of a microphone, and hands on what it hears. */
export interface Client {
  hears(samples: Int16Array, sampleRate: number): void;
  /** Resolves when the next answer is there to its end. */
  replied(): Promise<void>;
  close(): Promise<void>;
}

export interface OursOptions {
  readonly port: number;
  readonly model: string;
  readonly openSink: (format: AudioFormat, session: SessionContext) => AudioSink;
  readonly clock?: Clock;
  readonly open?: OpenRealtimeSocket;
}

export interface Ours extends Client {
  readonly session: Session;
}

/** A whole bot with the end-to-end model. */
export async function ourClient({ port, model, openSink, clock = realClock(), open }: OursOptions): Promise<Ours> {
  let input: InputPort | undefined;
  let onReply = (): void => undefined;
  const pair = contextPair({ system: 'You take orders for strawberries.' });
  const bot = chain(
    'bot',
    inputTransport({
      open: (opened) => {
        input = opened;
        return undefined;
      },
    }),
    pair.user,
    openaiRealtime({ model, baseURL: `ws://127.0.0.1:${port}`, ...(open === undefined ? {} : { open }) }),
    defineProcessor('end-of-reply', {
      down: {
        'llm-response-end': (frame) => {
          onReply();
          return frame;
        },
      },
    }),
    outputTransport({ openSink }),
    pair.assistant,
  );
  const session = createSession(bot, { clock });
  await session.start();
  return {
    session,
    hears: (samples, sampleRate) => input?.audio({ samples, sampleRate, channels: 1 }),
    replied: () =>
      new Promise((resolve) => {
        onReply = resolve;
      }),
    close: async () => {
      session.cancel();
      const { errors } = await session.done;
      if (errors[0] !== undefined) throw new Error(errors[0].message);
    },
  };
}

export interface BareOptions {
  readonly port: number;
  readonly model: string;
  /** Takes what the service says. */
  readonly write: (samples: Int16Array) => void;
}

/** What nobody can do without: base64 and JSON on a socket. It forwards audio and knows of nothing else. */
export async function bareClient({ port, model, write }: BareOptions): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/realtime?model=${model}`, { perMessageDeflate: false });
  let onReply = (): void => undefined;
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.once('message', () => resolve());
  });
  socket.on('message', (data) => {
    const event: { readonly type: string; readonly delta?: string } = JSON.parse(data.toString());
    if (event.type === 'response.output_audio.delta') {
      const bytes = Buffer.from(event.delta ?? '', 'base64');
      write(new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2));
    } else if (event.type === 'response.done') onReply();
  });
  return {
    hears: (samples) => {
      const audio = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64');
      socket.send(JSON.stringify({ type: 'input_audio_buffer.append', audio }));
    },
    replied: () =>
      new Promise((resolve) => {
        onReply = resolve;
      }),
    close: () =>
      new Promise((resolve) => {
        socket.once('close', () => resolve());
        socket.close();
      }),
  };
}
