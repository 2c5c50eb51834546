import type { ChatMessage, SpeechSettings, ToolDefinition } from '@voxrill/core';
import { toRealtimeTools } from '../../convert/tools.js';
import type { RealtimeSession, RealtimeSessionTool } from '../protocol/schema/session-schema.js';

type Settings = Extract<RealtimeSession, { type: 'realtime' }>;

/** What the session of one connection has been told to be. */
export class SessionPrompt {
  #settings: Settings;
  readonly #instructions: string | undefined;
  #toldInstructions: string | undefined;
  #toldTools: readonly ToolDefinition[] | undefined;

  /** `instructions`: for a conversation without a system message. */
  constructor(settings: Settings, instructions: string | undefined) {
    this.#settings = settings;
    this.#instructions = instructions;
  }

  /** The first update: everything. */
  whole(head: readonly ChatMessage[], tools: readonly ToolDefinition[]): Settings {
    return { ...this.#settings, ...this.#change(head, tools) };
  }

  /** Another voice or language; undefined if it is the same. */
  restyle({ voice, language }: SpeechSettings): Settings | undefined {
    const { audio } = this.#settings;
    const { input, output } = audio ?? {};
    const transcription = input?.transcription;
    const newVoice = voice !== undefined && voice !== output?.voice;
    const newLanguage = language !== undefined && isObject(transcription) && language !== transcription.language;
    if (!newVoice && !newLanguage) return undefined;
    const change = {
      ...(newVoice ? { output: { voice } } : {}),
      ...(newLanguage ? { input: { transcription: { ...transcription, language } } } : {}),
    };
    this.#settings = {
      ...this.#settings,
      audio: { ...audio, input: { ...input, ...change.input }, output: { ...output, ...change.output } },
    };
    return { type: 'realtime', audio: change };
  }

  /** What has changed since; undefined if nothing has. */
  update(head: readonly ChatMessage[], tools: readonly ToolDefinition[]): Settings | undefined {
    const change = this.#change(head, tools);
    return Object.keys(change).length === 0 ? undefined : { type: 'realtime', ...change };
  }

  #change(head: readonly ChatMessage[], tools: readonly ToolDefinition[]): Pick<Settings, 'instructions' | 'tools'> {
    const written = head.map(({ content }) => content).join('\n\n');
    const instructions = head.length === 0 ? this.#instructions : written;
    const none = tools.length === 0 && (this.#toldTools ?? []).length === 0;
    const sameTools = none || this.#toldTools === tools;
    const change = {
      ...(instructions === this.#toldInstructions ? {} : { instructions: instructions ?? '' }),
      ...(sameTools ? {} : { tools: [...(this.#settings.tools ?? []).filter(isMcp), ...functionTools(tools)] }),
    };
    this.#toldInstructions = instructions;
    this.#toldTools = tools;
    return change;
  }
}

function functionTools(tools: readonly ToolDefinition[]): RealtimeSessionTool[] {
  return toRealtimeTools(
    tools.map(({ name, description, parameters }) => ({
      type: 'function',
      function: { name, description, parameters: { ...parameters } },
    })),
  ).map((tool) => ({ ...tool, ...(tool.parameters === undefined ? {} : { parameters: { ...tool.parameters } }) }));
}

const isObject = <T extends object>(value: T | null | undefined): value is T => value !== undefined && value !== null;

const isMcp = ({ type }: RealtimeSessionTool): boolean => type === 'mcp';
