import { RTClient, type RTMessageItem, type RTResponse } from 'rt-client';
import { joined, milliseconds, pieces } from '../audio/pcm.js';
import type { Answer, Caller, CallerOptions, CallerTool, CutAnswer, SpokenAnswer } from './caller.js';
import { samplesOf } from './samples-of.js';

/**
 * `RTClient` of rt-client, Azure's client of 2024: the path and the key of an Azure preview resource, the events of October
 * 2024 and not one more, or it closes. It can cancel a response, and has no way to say how much of it was heard.
 */
export async function rtClientCaller({ url, key, tool }: CallerOptions): Promise<Caller> {
  const client = new RTClient(new URL(url), { key }, { deployment: 'any-deployment' });
  await client.init();
  await client.configure({
    instructions: 'Be brief.',
    input_audio_transcription: { model: 'whisper-1' },
    turn_detection: { type: 'server_vad' },
    tools: tool === undefined ? [] : [definition(tool)],
  });
  return new RtClientCaller(client, tool);
}

class RtClientCaller implements Caller {
  readonly #client: RTClient;
  readonly #tool: CallerTool | undefined;

  constructor(client: RTClient, tool: CallerTool | undefined) {
    this.#client = client;
    this.#tool = tool;
  }

  async speak(speech: Int16Array): Promise<SpokenAnswer> {
    for (const piece of pieces(speech)) await this.#client.sendAudio(new Uint8Array(piece.buffer));
    let heard: string | undefined;
    for await (const event of this.#client.events()) {
      if (event.type === 'input_audio') {
        await event.waitForCompletion();
        heard = event.transcription;
      } else {
        const answer = await answerOf(event);
        return { ...answer, heard: heard ?? '' };
      }
    }
    throw new Error('The conversation ended without an answer.');
  }

  async type(text: string): Promise<Answer> {
    return await answerOf(await this.#ask(text));
  }

  async cutOff(text: string, playedMs: number): Promise<CutAnswer> {
    const response = await this.#ask(text);
    const heard: Int16Array[] = [];
    for await (const item of response) {
      if (item.type !== 'message') continue;
      await hearSome(item, heard, playedMs);
      break;
    }
    await response.cancel();
    const cut = { status: response.status, said: '', audio: joined(heard) };
    return { cut, next: await this.type('And what else?') };
  }

  async askForTool(text: string): Promise<Answer> {
    const response = await this.#ask(text);
    let callId = '';
    let output = '';
    for await (const item of response) {
      if (item.type !== 'function_call') continue;
      await item.waitForCompletion();
      if (this.#tool === undefined || item.functionName !== this.#tool.name)
        throw new Error(`There is no tool ${item.functionName}.`);
      callId = item.callId;
      output = JSON.stringify(this.#tool.run(JSON.parse(item.arguments)));
    }
    await this.#client.sendItem({ type: 'function_call_output', call_id: callId, output });
    return await answerOf(started(await this.#client.generateResponse()));
  }

  async hangUp(): Promise<void> {
    await this.#client.close();
  }

  async #ask(text: string): Promise<RTResponse> {
    await this.#client.sendItem({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
    return started(await this.#client.generateResponse());
  }
}

const definition = ({ name, description, parameters }: CallerTool) => ({ type: 'function', name, description, parameters });

function started(response: RTResponse | undefined): RTResponse {
  if (response === undefined) throw new Error('No response was started.');
  return response;
}

async function answerOf(response: RTResponse): Promise<Answer> {
  const said: string[] = [];
  const audio: Int16Array[] = [];
  for await (const item of response) {
    if (item.type !== 'message') continue;
    for await (const part of item) {
      if (part.type !== 'audio') continue;
      const listening = hearAll(part.audioChunks(), (chunk) => audio.push(samplesOf(chunk)));
      await hearAll(part.transcriptChunks(), (chunk) => said.push(chunk));
      await listening;
    }
  }
  return { status: response.status, said: said.join(''), audio: joined(audio) };
}

async function hearAll<T>(chunks: AsyncIterable<T>, take: (chunk: T) => void): Promise<void> {
  for await (const chunk of chunks) take(chunk);
}

async function hearSome(item: RTMessageItem, heard: Int16Array[], playedMs: number): Promise<void> {
  for await (const part of item) {
    if (part.type !== 'audio') continue;
    for await (const chunk of part.audioChunks()) {
      heard.push(samplesOf(chunk));
      if (milliseconds(joined(heard)) >= playedMs) return;
    }
  }
}
