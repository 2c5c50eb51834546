import { messageText, pipeline } from '@voxrill/core';
import type { MakePipeline } from '@voxrill/realtime-server';
import { type FakeReply, fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
import { wireRate } from '../audio/pcm.js';

/** A bot that answers by script, at once and every time the same. */
export interface ScriptedBot {
  readonly makePipeline: MakePipeline;
  /** What the model was asked, request by request: `role: text`, line by line. */
  asked(): readonly (readonly string[])[];
  /** The names of the tools that the model could call, request by request. */
  tools(): readonly (readonly string[])[];
}

export interface ScriptedBotOptions {
  /** One a request. */
  readonly replies: readonly FakeReply[];
  /** What it understands of anything that is spoken. */
  readonly hears?: string;
}

/** Its voice says a letter in 50 ms, so that a word can be found in the audio. */
export const letterMs = 50;

export function scriptedBot({ replies, hears = '' }: ScriptedBotOptions): ScriptedBot {
  const llm = fakeLLM({ replies });
  const stt = fakeSTT({ hears: () => hears, interims: false });
  const tts = fakeTTS({ sampleRate: wireRate, charMs: letterMs });
  return {
    makePipeline: (call) => pipeline(call.input, stt, call.conversation, llm, tts, call.output),
    asked: () => llm.calls.map(({ request }) => request.messages.map((message) => `${message.role}: ${messageText(message)}`)),
    tools: () => llm.calls.map(({ request }) => request.tools.map(({ name }) => name)),
  };
}
