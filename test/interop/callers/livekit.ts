import { initializeLogger, llm } from '@livekit/agents';
import { realtime } from '@livekit/agents-plugin-openai';
import { AudioFrame } from '@livekit/rtc-node';
import { joined, milliseconds, pieces, wireRate } from '../audio/pcm.js';
import type { Answer, Caller, CallerOptions, CallerTool, CutAnswer, SpokenAnswer } from './caller.js';
import { type AnyEvent, EventTrail } from './event-trail.js';

/**
 * `RealtimeModel` of @livekit/agents-plugin-openai, driven as an `AgentSession` drives it: text goes in as a change of the chat
 * context, answers are asked for by `generateReply`, and the caller runs the tools and says what was heard. It keeps its own
 * default of semantic turn detection.
 */
export async function livekitCaller({ url, key, tool }: CallerOptions): Promise<Caller> {
  initializeLogger({ pretty: false, level: 'silent' });
  const model = new realtime.RealtimeModel({ baseURL: `${url}/v1`, apiKey: key, model: 'any-model' });
  const session = model.session();
  const trail = new EventTrail();
  session.on('openai_server_event_received', (event: AnyEvent) => trail.push(event));
  session.on('error', ({ error }: { readonly error: unknown }) => trail.fail(error));
  // The first update is its own. It may miss session.created, and asks for nothing.
  await trail.first('session.updated', 0);
  await session.updateInstructions('Be brief.');
  if (tool !== undefined) await session.updateTools(new llm.ToolContext([livekitTool(tool)]));
  return new LivekitCaller(session, trail, tool);
}

/** What a generation has given so far. */
interface Hearing {
  readonly said: string[];
  readonly audio: Int16Array[];
  readonly calls: llm.FunctionCall[];
  messageId: string;
  readonly whole: Promise<unknown>;
}

class LivekitCaller implements Caller {
  readonly #session: realtime.RealtimeSession;
  readonly #trail: EventTrail;
  readonly #tool: CallerTool | undefined;
  readonly #hearings: Hearing[] = [];

  constructor(session: realtime.RealtimeSession, trail: EventTrail, tool: CallerTool | undefined) {
    this.#session = session;
    this.#trail = trail;
    this.#tool = tool;
    session.on('generation_created', (generation: llm.GenerationCreatedEvent) => this.#hearings.push(this.#hear(generation)));
  }

  async speak(speech: Int16Array): Promise<SpokenAnswer> {
    const from = this.#trail.length;
    const heard = this.#transcript();
    this.#push(speech);
    const answer = await this.#answer(from);
    return { ...answer, heard: await heard };
  }

  async type(text: string): Promise<Answer> {
    const from = this.#trail.length;
    await this.#ask(text);
    return await this.#answer(from);
  }

  async cutOff(text: string, playedMs: number, speech: Int16Array): Promise<CutAnswer> {
    const from = this.#trail.length;
    await this.#ask(text);
    const hearing = (): Hearing | undefined => this.#hearings.at(-1);
    await this.#trail.find('audio to interrupt', from, () => milliseconds(joined(hearing()?.audio ?? [])) >= playedMs);
    const half = speech.length / 2;
    this.#push(speech.slice(0, half));
    await this.#trail.first('input_audio_buffer.speech_started', from);
    // What an AgentSession does when the user starts to speak.
    await this.#session.interrupt();
    await this.#session.truncate({ messageId: hearing()?.messageId ?? '', audioEndMs: playedMs });
    await this.#trail.first('conversation.item.truncated', from);
    const cut = await this.#answer(from);
    const afterwards = this.#trail.length;
    this.#push(speech.slice(half));
    return { cut, next: await this.#answer(afterwards) };
  }

  async askForTool(text: string): Promise<Answer> {
    const from = this.#trail.length;
    await this.#ask(text);
    await this.#trail.first('response.done', from);
    const hearing = this.#hearings.at(-1);
    await hearing?.whole;
    const chat = this.#session.chatCtx.copy();
    for (const { name, callId, args } of hearing?.calls ?? []) {
      if (this.#tool === undefined || name !== this.#tool.name) throw new Error(`There is no tool ${name}.`);
      const output = JSON.stringify(this.#tool.run(JSON.parse(args)));
      chat.insert(llm.FunctionCallOutput.create({ name, callId, output, isError: false }));
    }
    await this.#session.updateChatCtx(chat);
    const afterwards = this.#trail.length;
    await this.#session.generateReply();
    return await this.#answer(afterwards);
  }

  async hangUp(): Promise<void> {
    await this.#session.close();
  }

  #push(speech: Int16Array): void {
    for (const piece of pieces(speech)) this.#session.pushAudio(new AudioFrame(piece, wireRate, 1, piece.length));
  }

  #transcript(): Promise<string> {
    return new Promise((resolve) => {
      this.#session.on('input_audio_transcription_completed', ({ transcript, isFinal }: llm.InputTranscriptionCompleted) => {
        if (isFinal) resolve(transcript);
      });
    });
  }

  async #ask(text: string): Promise<void> {
    const chat = this.#session.chatCtx.copy();
    chat.addMessage({ role: 'user', content: text });
    await this.#session.updateChatCtx(chat);
    await this.#session.generateReply();
  }

  #hear(generation: llm.GenerationCreatedEvent): Hearing {
    const hearing = { said: [] as string[], audio: [] as Int16Array[], calls: [] as llm.FunctionCall[], messageId: '' };
    const messages = each(generation.messageStream, async (message) => {
      hearing.messageId = message.messageId;
      await Promise.all([
        each(message.textStream, (text) => void hearing.said.push(String(text))),
        each(message.audioStream, ({ data }) => void hearing.audio.push(Int16Array.from(data))),
      ]);
    });
    const calls = each(generation.functionStream, (call) => void hearing.calls.push(call));
    return Object.assign(hearing, { whole: Promise.all([messages, calls]) });
  }

  async #answer(from: number): Promise<Answer> {
    const { response } = await this.#trail.first('response.done', from);
    const hearing = this.#hearings.at(-1);
    await hearing?.whole;
    const { status } = response as { readonly status: string };
    return { status, said: (hearing?.said ?? []).join(''), audio: joined(hearing?.audio ?? []) };
  }
}

async function each<T>(stream: AsyncIterable<T>, take: (value: T) => void | Promise<void>): Promise<void> {
  for await (const value of stream) await take(value);
}

const livekitTool = ({ name, description, parameters, run }: CallerTool) =>
  llm.tool({ name, description, parameters: parameters as never, execute: async (given) => JSON.stringify(run(given)) });
