import type { ToolDefinition } from '@voxrill/core';
import type { RealtimeResponseSettings, RealtimeSessionTool } from '@voxrill/openai';
import type { StoredItem } from '../conversation/conversation.js';
import { promptOf, saidBy } from '../conversation/prompt.js';
import type { ResponseQuestion } from './response-run.js';
import type { SpeechInPrompt } from './response-usage.js';

/** What the model is asked about these items. */
export function questionOf(
  items: readonly StoredItem[],
  { instructions, tools, tool_choice: choice }: RealtimeResponseSettings,
): ResponseQuestion {
  return {
    messages: promptOf(items, instructions),
    tools: choice === 'none' ? [] : tools.flatMap(definitionOf),
    speech: speechOf(items),
  };
}

function speechOf(items: readonly StoredItem[]): SpeechInPrompt {
  const user = items.flatMap(({ userSpeech }) => userSpeech ?? []);
  const bot = items.filter(({ botSpeech }) => botSpeech !== undefined);
  return {
    userMs: user.reduce((sum, { durationMs }) => sum + durationMs, 0),
    botMs: bot.reduce((sum, { botSpeech, heardMs }) => sum + (heardMs ?? botSpeech?.audioMs ?? 0), 0),
    words: [...user.map(({ text }) => text), ...bot.map(saidBy)].join(' '),
  };
}

function definitionOf(tool: RealtimeSessionTool): ToolDefinition[] {
  if (tool.type !== 'function') return [];
  const { name, description, parameters } = tool;
  return [{ name, description: description ?? '', parameters: parameters ?? { type: 'object', properties: {} } }];
}
