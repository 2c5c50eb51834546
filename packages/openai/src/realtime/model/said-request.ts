import type { FrameOf, LLMSettings, UtteranceTraits } from '@voxrill/core';
import type { RealtimeResponseParams } from '../protocol/schema/response-schema.js';

/** The longest value that the service takes in the metadata of a response. */
const maxMetadata = 512;

/** A response in which the model says what it is told. */
export function saidRequest({ text, aside }: FrameOf<'tts-speak'>): RealtimeResponseParams {
  return {
    instructions: `Say exactly the following, in these words, and nothing else:\n\n${text}`,
    tool_choice: 'none',
    metadata: { voxrill_say: text.slice(0, maxMetadata) },
    // The model does not remember what is no part of the conversation.
    ...(aside === true ? { conversation: 'none', input: [] } : {}),
  };
}

/** What is special about it. */
export function saidTraits({ interruptible, aside, response }: FrameOf<'tts-speak'>): UtteranceTraits {
  return {
    ...(interruptible === false ? { interruptible } : {}),
    ...(aside === true ? { aside } : {}),
    ...(response === undefined ? {} : { response }),
  };
}

/** What is asked of one answer, in the words of the protocol. */
export function answerParams({ toolChoice, maxTokens, temperature }: LLMSettings = {}): RealtimeResponseParams {
  const choice = typeof toolChoice === 'object' ? { type: 'function' as const, name: toolChoice.name } : toolChoice;
  return {
    ...(choice === undefined ? {} : { tool_choice: choice }),
    ...(maxTokens === undefined ? {} : { max_output_tokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
  };
}
