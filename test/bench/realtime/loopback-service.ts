import { setTimeout } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Bench } from '../figure.js';
import { breathe } from '../measure.js';
import { answer, beTold, type Peer } from './peer.js';

/** 20 ms of 24 kHz. */
export const chunkSamples = 480;

/** What the service is told to do. `to`: the model that a connection has asked for, which names it. */
export type LoopbackCommand =
  /** Answers with so much speech, 20 ms a delta: as fast as it can, or as fast as it is heard. */
  | { readonly do: 'reply'; readonly to: string; readonly deltas: number; readonly inRealTime?: boolean }
  /** Has heard an onset. */
  | { readonly do: 'onset'; readonly to: string }
  /** Has heard a turn to its end and written it down. */
  | { readonly do: 'turn'; readonly to: string }
  /** Says how much audio it was sent since it last said so. */
  | { readonly do: 'count'; readonly to: string };

/** First the port it listens on; then the counts that it is asked for. */
export interface LoopbackAnswer {
  readonly port: number;
  readonly appends: number;
}

export type LoopbackService = Peer<LoopbackCommand, LoopbackAnswer>;

interface Line {
  readonly socket: WebSocket;
  appends: number;
  replies: number;
  items: number;
}

/** Of no voice in particular: no two samples are the same. */
const noise = Int16Array.from({ length: chunkSamples }, (_, i) => Math.round(Math.sin(i * i * 1.7) * 8000));
const delta = Buffer.from(noise.buffer).toString('base64');

/** A Realtime service that knows nothing but when it is told to speak. */
export const loopbackService: Bench = () => {
  const lines = new Map<string, Line>();
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  server.on('listening', () => {
    const address = server.address();
    if (typeof address === 'object' && address !== null) answer({ port: address.port, appends: 0 });
  });
  server.on('connection', (socket, request) => {
    const model = new URL(request.url ?? '/', 'ws://localhost').searchParams.get('model') ?? '';
    const line: Line = { socket, appends: 0, replies: 0, items: 0 };
    lines.set(model, line);
    socket.on('message', (data: Buffer) => {
      // The audio is a kilobyte and more, and nothing else in these conversations is.
      if (data.length > 1000) line.appends++;
    });
    say(line, { type: 'session.created', session: { type: 'realtime', id: 'sess_1', model } });
  });
  beTold<LoopbackCommand>((command) => {
    const line = lines.get(command.to);
    if (line === undefined) throw new Error(`Nobody has asked for the model "${command.to}".`);
    switch (command.do) {
      case 'reply':
        void reply(line, command.deltas, command.inRealTime === true ? 20 : 0);
        break;
      case 'onset':
        say(line, { type: 'input_audio_buffer.speech_started', item_id: `item_user_${++line.items}`, audio_start_ms: 0 });
        break;
      case 'turn':
        hearTurn(line);
        break;
      case 'count':
        answer({ port: 0, appends: line.appends });
        line.appends = 0;
    }
  });
};

function say(line: Line, event: object): void {
  line.socket.send(JSON.stringify({ event_id: 'event_1', ...event }));
}

async function reply(line: Line, deltas: number, everyMs: number): Promise<void> {
  const id = ++line.replies;
  const at = { response_id: `resp_${id}`, item_id: `item_${id}`, output_index: 0, content_index: 0 };
  const item = { id: at.item_id, type: 'message', role: 'assistant', status: 'in_progress', content: [] };
  const spoken = { type: 'output_audio', transcript: 'A long story.' };
  const whole = { ...item, status: 'completed', content: [spoken] };
  const response = { id: at.response_id, object: 'realtime.response', status: 'in_progress', output: [] };
  say(line, { type: 'response.created', response });
  say(line, { type: 'response.output_item.added', response_id: at.response_id, output_index: 0, item });
  say(line, { type: 'response.content_part.added', ...at, part: { type: 'audio', transcript: '' } });
  say(line, { type: 'response.output_audio_transcript.delta', ...at, delta: spoken.transcript });
  const began = performance.now();
  for (let i = 0; i < deltas; i++) {
    say(line, { type: 'response.output_audio.delta', ...at, delta });
    if (everyMs > 0) await setTimeout(Math.max(0, began + i * everyMs - performance.now()));
    // A network does not bring five seconds in one packet.
    else if (i % 10 === 9) await breathe();
  }
  say(line, { type: 'response.output_audio.done', ...at });
  say(line, { type: 'response.output_audio_transcript.done', ...at, transcript: spoken.transcript });
  say(line, { type: 'response.content_part.done', ...at, part: { type: 'audio', transcript: spoken.transcript } });
  say(line, { type: 'response.output_item.done', response_id: at.response_id, output_index: 0, item: whole });
  say(line, { type: 'response.done', response: { ...response, status: 'completed', output: [whole] } });
}

function hearTurn(line: Line): void {
  const item_id = `item_user_${++line.items}`;
  say(line, { type: 'input_audio_buffer.speech_started', item_id, audio_start_ms: 0 });
  say(line, { type: 'input_audio_buffer.speech_stopped', item_id, audio_end_ms: 1500 });
  say(line, { type: 'input_audio_buffer.committed', item_id, previous_item_id: null });
  const transcript = 'I would like four hundred strawberries please.';
  say(line, { type: 'conversation.item.input_audio_transcription.completed', item_id, content_index: 0, transcript });
}
