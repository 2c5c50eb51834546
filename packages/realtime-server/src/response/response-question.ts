import type { ToolDefinition } from '@voxrill/core';
import type { RealtimeResponseSettings, RealtimeSessionTool } from '@voxrill/openai';
import type { StoredItem } from '../conversation/conversation.js';
import { promptOf } from '../conversation/prompt.js';
import type { ResponseQuestion } from './response-run.js';

/** What the model is asked about these items. */
export function questionOf(
  items: readonly StoredItem[],
  { instructions, tools, tool_choice: choice }: RealtimeResponseSettings,
): ResponseQuestion {
  const spoken = items.flatMap(({ userSpeech }) => userSpeech ?? []);
  return {
    messages: promptOf(items, instructions),
    tools: choice === 'none' ? [] : tools.flatMap(definitionOf),
    heardMs: spoken.reduce((sum, speech) => sum + speech.durationMs, 0),
    heardText: spoken.map(({ text }) => text).join(' '),
  };
}

function definitionOf(tool: RealtimeSessionTool): ToolDefinition[] {
  if (tool.type !== 'function') return [];
  const { name, description, parameters } = tool;
  return [{ name, description: description ?? '', parameters: parameters ?? { type: 'object', properties: {} } }];
}
