import { tool as agentTool, OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession } from '@openai/agents-realtime';
import { joined, milliseconds, pieces } from '../audio/pcm.js';
import type { Answer, Caller, CallerOptions, CallerTool, CutAnswer, SpokenAnswer } from './caller.js';
import { EventTrail } from './event-trail.js';
import { samplesOf } from './samples-of.js';

/** Tells the server how much was played, as a transport with a player of its own does, not how much time has passed. */
class PlayedTransport extends OpenAIRealtimeWebSocket {
  playedMs = 0;

  override _interrupt(_elapsedMs: number, cancelOngoingResponse?: boolean): void {
    super._interrupt(this.playedMs, cancelOngoingResponse);
  }
}

/**
 * `RealtimeSession` of @openai/agents-realtime, with the settings that it sends by itself: semantic turn detection, input
 * transcription, tracing. It runs tools and truncates what was not heard by itself.
 */
export async function agentsCaller({ url, key, tool }: CallerOptions): Promise<Caller> {
  const transport = new PlayedTransport({ url: `${url}/v1/realtime?model=any-model` });
  const agent = new RealtimeAgent({
    name: 'caller',
    instructions: 'Be brief.',
    tools: tool === undefined ? [] : [agentsTool(tool)],
  });
  const session = new RealtimeSession(agent, { transport });
  const trail = new EventTrail();
  const heard: Int16Array[] = [];
  session.on('transport_event', (event) => trail.push({ ...event }));
  session.on('error', ({ error }) => trail.fail(error));
  // After the event that it came in, so that whoever waits for an event finds the audio that came before.
  session.on('audio', ({ data }) => heard.push(samplesOf(data)));
  await session.connect({ apiKey: key });
  await trail.first('session.updated', 0);
  return new AgentsCaller(session, transport, trail, heard);
}

class AgentsCaller implements Caller {
  readonly #session: RealtimeSession;
  readonly #transport: PlayedTransport;
  readonly #trail: EventTrail;
  readonly #heard: Int16Array[];

  constructor(session: RealtimeSession, transport: PlayedTransport, trail: EventTrail, heard: Int16Array[]) {
    this.#session = session;
    this.#transport = transport;
    this.#trail = trail;
    this.#heard = heard;
  }

  async speak(speech: Int16Array): Promise<SpokenAnswer> {
    const from = this.#trail.length;
    this.#append(speech);
    const answer = await this.#answer(from);
    const { item_id } = await this.#trail.first('conversation.item.input_audio_transcription.completed', from);
    // The SDK then asks for the item, and puts it into its history.
    await this.#trail.first('conversation.item.retrieved', from);
    return { ...answer, heard: this.#inHistory(String(item_id)) };
  }

  async type(text: string): Promise<Answer> {
    const from = this.#trail.length;
    this.#session.sendMessage(text);
    return await this.#answer(from);
  }

  async cutOff(text: string, playedMs: number, speech: Int16Array): Promise<CutAnswer> {
    const from = this.#trail.length;
    this.#heard.length = 0;
    this.#session.sendMessage(text);
    await this.#trail.find('audio to interrupt', from, () => milliseconds(joined(this.#heard)) >= playedMs);
    this.#transport.playedMs = playedMs;
    const half = speech.length / 2;
    this.#append(speech.slice(0, half));
    await this.#trail.first('conversation.item.truncated', from);
    const cut = await this.#answer(from);
    const afterwards = this.#trail.length;
    this.#append(speech.slice(half));
    return { cut, next: await this.#answer(afterwards) };
  }

  async askForTool(text: string): Promise<Answer> {
    const from = this.#trail.length;
    this.#session.sendMessage(text);
    await this.#trail.first('response.done', from);
    return await this.#answer(this.#trail.length);
  }

  async hangUp(): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#transport.once('disconnected', () => resolve()));
    this.#session.close();
    await gone;
  }

  #append(speech: Int16Array): void {
    for (const piece of pieces(speech)) this.#session.sendAudio(piece.slice().buffer);
  }

  async #answer(from: number): Promise<Answer> {
    const { response } = await this.#trail.first('response.done', from);
    const audio = joined(this.#heard.splice(0));
    const { status, output } = response as { readonly status: string; readonly output: readonly { readonly id: string }[] };
    return { status, said: output.map(({ id }) => this.#inHistory(id)).join(' '), audio };
  }

  /** What the SDK's own history says of an item. */
  #inHistory(id: string): string {
    const item = this.#session.history.find(({ itemId }) => itemId === id);
    if (item?.type !== 'message') return '';
    return item.content
      .map((part) => ('transcript' in part ? (part.transcript ?? '') : 'text' in part ? part.text : ''))
      .join(' ');
  }
}

function agentsTool({ name, description, parameters, run }: CallerTool) {
  const { properties, required } = parameters as { readonly properties: Record<string, object>; readonly required: string[] };
  return agentTool({
    name,
    description,
    strict: false,
    parameters: { type: 'object', properties, required, additionalProperties: true },
    execute: (given) => JSON.stringify(run(given)),
  });
}
