import { RealtimeClient } from 'openai-realtime-api';
import { joined, milliseconds, pieces } from '../audio/pcm.js';
import type { Answer, Caller, CallerOptions, CutAnswer, SpokenAnswer } from './caller.js';
import { EventTrail } from './event-trail.js';

/**
 * `RealtimeClient` of openai-realtime-api, OpenAI's reference client of 2024 in TypeScript: the beta events of October 2024. It
 * keeps the items with their audio, and answers a tool call before the response is done.
 */
export async function realtimeApiCaller({ url, key, tool }: CallerOptions): Promise<Caller> {
  const client = new RealtimeClient({
    url: `${url}/v1/realtime`,
    apiKey: key,
    sessionConfig: {
      instructions: 'Be brief.',
      turn_detection: { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 500 },
    },
  });
  const trail = new EventTrail();
  client.on('realtime.event', ({ source, event }) => {
    if (source !== 'server') return;
    // It always cancels what it interrupts, also what is done.
    if (event.type === 'error' && event.error.code !== 'response_cancel_not_active') trail.fail(event);
    else trail.push({ ...event });
  });
  if (tool !== undefined) {
    const { name, description, parameters } = tool;
    client.addTool({ name, description, parameters }, (given: unknown) => tool.run(given));
  }
  await client.connect();
  await client.waitForSessionCreated();
  await trail.first('session.updated', 0);
  return new RealtimeApiCaller(client, trail);
}

class RealtimeApiCaller implements Caller {
  readonly #client: RealtimeClient;
  readonly #trail: EventTrail;

  constructor(client: RealtimeClient, trail: EventTrail) {
    this.#client = client;
    this.#trail = trail;
  }

  async speak(speech: Int16Array): Promise<SpokenAnswer> {
    const from = this.#trail.length;
    this.#append(speech);
    const answer = await this.#answer(from);
    const { item_id } = await this.#trail.first('conversation.item.input_audio_transcription.completed', from);
    return { ...answer, heard: this.#client.conversation.getItem(String(item_id))?.formatted.transcript ?? '' };
  }

  async type(text: string): Promise<Answer> {
    const from = this.#trail.length;
    this.#client.sendUserMessageContent([{ type: 'input_text', text }]);
    return await this.#answer(from);
  }

  async cutOff(text: string, playedMs: number): Promise<CutAnswer> {
    const from = this.#trail.length;
    this.#client.sendUserMessageContent([{ type: 'input_text', text }]);
    const { item_id } = await this.#trail.first('response.audio.delta', from);
    const id = String(item_id);
    const audio = (): Int16Array => this.#client.conversation.getItem(id)?.formatted.audio ?? new Int16Array(0);
    await this.#trail.find('audio to interrupt', from, () => milliseconds(audio()) >= playedMs);
    const whole = audio();
    this.#client.cancelResponse(id, (playedMs * this.#client.conversation.defaultFrequency) / 1000);
    await this.#trail.first('conversation.item.truncated', from);
    const cut = { ...(await this.#answer(from)), audio: whole };
    return { cut, next: await this.type('And what else?') };
  }

  async askForTool(text: string): Promise<Answer> {
    const from = this.#trail.length;
    this.#client.sendUserMessageContent([{ type: 'input_text', text }]);
    await this.#trail.first('response.done', from);
    return await this.#answer(this.#trail.length);
  }

  async hangUp(): Promise<void> {
    const closed = this.#client.realtime.waitForNext('close');
    this.#client.disconnect();
    await closed;
  }

  #append(speech: Int16Array): void {
    for (const piece of pieces(speech)) this.#client.appendInputAudio(piece);
  }

  /** The answer as the items of the client tell it. */
  async #answer(from: number): Promise<Answer> {
    const { response } = await this.#trail.first('response.done', from);
    const { status, output } = response as { readonly status: string; readonly output: readonly { readonly id: string }[] };
    const items = output.flatMap(({ id }) => this.#client.conversation.getItem(id) ?? []);
    return {
      status,
      said: items.map(({ formatted }) => formatted.transcript).join(' '),
      audio: joined(items.map(({ formatted }) => formatted.audio)),
    };
  }
}
