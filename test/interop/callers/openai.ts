import { connect as connectTcp } from 'node:net';
import { decodeAudio, encodeAudio } from '@voxrill/openai';
import OpenAI, { AzureOpenAI } from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { joined, milliseconds, pieces } from '../audio/pcm.js';
import type { Answer, Caller, CallerOptions, CallerTool, CutAnswer, SpokenAnswer } from './caller.js';
import { type AnyEvent, EventTrail } from './event-trail.js';
import { samplesOf } from './samples-of.js';

/**
 * `OpenAIRealtimeWS` of the package openai, which leaves everything to its user: the GA events as they are. It insists on a
 * `wss:` address. Without a certificate it is given a plain connection all the same, through an option of `ws`.
 */
export async function openaiCaller(given: CallerOptions): Promise<Caller> {
  return await begun(openaiClient(given), given.tool);
}

/** The client itself, which is not connected yet. */
export function openaiClient(given: CallerOptions): OpenAIRealtimeWS {
  const client = new OpenAI({ apiKey: given.key, baseURL: `${httpsOf(given)}/v1` });
  return new OpenAIRealtimeWS({ model: 'any-model', options: socketOptions(given) }, client);
}

/** The same as a client of Azure: another path, another header, a deployment in place of a model. */
export async function azureOpenaiCaller(given: CallerOptions): Promise<Caller> {
  const client = new AzureOpenAI({
    endpoint: httpsOf(given),
    apiKey: given.key,
    deployment: 'any-deployment',
    apiVersion: '2024-10-01-preview',
  });
  return await begun(await OpenAIRealtimeWS.azure(client, { options: socketOptions(given) }), given.tool);
}

const httpsOf = ({ url }: CallerOptions): string => `https://${new URL(url).host}`;

function socketOptions({ url, ca }: CallerOptions) {
  const { hostname, port } = new URL(url);
  return ca === undefined ? { createConnection: () => connectTcp(Number(port), hostname) } : { ca };
}

async function begun(realtime: OpenAIRealtimeWS, tool: CallerTool | undefined): Promise<Caller> {
  const trail = new EventTrail();
  realtime.on('event', (event) => trail.push({ ...event }));
  realtime.on('error', (error) => trail.fail(error));
  await trail.first('session.created', 0);
  const from = trail.length;
  realtime.send({
    type: 'session.update',
    session: {
      type: 'realtime',
      instructions: 'Be brief.',
      audio: { input: { transcription: { model: 'whisper-1' }, turn_detection: { type: 'server_vad' } } },
      tools: tool === undefined ? [] : [definition(tool)],
    },
  });
  await trail.first('session.updated', from);
  return new OpenAICaller(realtime, trail, tool);
}

class OpenAICaller implements Caller {
  readonly #realtime: OpenAIRealtimeWS;
  readonly #trail: EventTrail;
  readonly #tool: CallerTool | undefined;

  constructor(realtime: OpenAIRealtimeWS, trail: EventTrail, tool: CallerTool | undefined) {
    this.#realtime = realtime;
    this.#trail = trail;
    this.#tool = tool;
  }

  async speak(speech: Int16Array): Promise<SpokenAnswer> {
    const from = this.#trail.length;
    this.#append(speech);
    const answer = await this.#answer(from);
    const { transcript } = await this.#trail.first('conversation.item.input_audio_transcription.completed', from);
    return { ...answer, heard: String(transcript) };
  }

  async type(text: string): Promise<Answer> {
    const from = this.#trail.length;
    this.#ask(text);
    return await this.#answer(from);
  }

  async cutOff(text: string, playedMs: number, speech: Int16Array): Promise<CutAnswer> {
    const from = this.#trail.length;
    this.#ask(text);
    await this.#trail.find('audio to interrupt', from, () => milliseconds(audioOf(this.#trail.since(from))) >= playedMs);
    const { item_id } = await this.#trail.first('response.output_audio.delta', from);
    const half = speech.length / 2;
    this.#append(speech.slice(0, half));
    await this.#trail.first('input_audio_buffer.speech_started', from);
    this.#realtime.send({
      type: 'conversation.item.truncate',
      item_id: String(item_id),
      content_index: 0,
      audio_end_ms: playedMs,
    });
    await this.#trail.first('conversation.item.truncated', from);
    const cut = await this.#answer(from);
    const afterwards = this.#trail.length;
    this.#append(speech.slice(half));
    return { cut, next: await this.#answer(afterwards) };
  }

  async askForTool(text: string): Promise<Answer> {
    const from = this.#trail.length;
    this.#ask(text);
    const { name, call_id, arguments: given } = await this.#trail.first('response.function_call_arguments.done', from);
    await this.#trail.first('response.done', from);
    if (this.#tool === undefined || name !== this.#tool.name) throw new Error(`There is no tool ${String(name)}.`);
    const output = JSON.stringify(this.#tool.run(JSON.parse(String(given))));
    this.#realtime.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: String(call_id), output },
    });
    const afterwards = this.#trail.length;
    this.#realtime.send({ type: 'response.create' });
    return await this.#answer(afterwards);
  }

  async hangUp(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#realtime.socket.once('close', () => resolve()));
    this.#realtime.close();
    await closed;
  }

  #append(speech: Int16Array): void {
    for (const piece of pieces(speech)) {
      this.#realtime.send({ type: 'input_audio_buffer.append', audio: encodeAudio(piece) });
    }
  }

  #ask(text: string): void {
    this.#realtime.send({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
    });
    this.#realtime.send({ type: 'response.create' });
  }

  async #answer(from: number): Promise<Answer> {
    const { response } = await this.#trail.first('response.done', from);
    const events = this.#trail.since(from);
    const done = events.findIndex((event) => event.type === 'response.done');
    const own = events.slice(0, done + 1);
    const said = own.flatMap((event) => (event.type === 'response.output_audio_transcript.delta' ? [String(event.delta)] : []));
    return { status: statusOf(response), said: said.join(''), audio: audioOf(own) };
  }
}

const definition = ({ name, description, parameters }: CallerTool) =>
  ({ type: 'function', name, description, parameters }) as const;

const statusOf = (response: unknown): string =>
  typeof response === 'object' && response !== null && 'status' in response ? String(response.status) : 'unknown';

const audioOf = (events: readonly AnyEvent[]): Int16Array =>
  joined(
    events.flatMap((event) =>
      event.type === 'response.output_audio.delta' ? [samplesOf(decodeAudio(String(event.delta)))] : [],
    ),
  );
