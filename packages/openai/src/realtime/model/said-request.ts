import type { FrameOf, LLMSettings, UtteranceTraits } from '@voxrill/core';
import type { RealtimeResponseParams } from '../protocol/schema/response-schema.js';

/** So many characters are a value in the metadata of a response: no more than 512 as the service counts, whatever they are. */
const pieceOfText = /.{1,256}/gsu;
/** Of the sixteen values that the service takes one names the request. */
const maxPieces = 15;

/** A response in which the model says what it is told. */
export function saidRequest({ text, aside }: FrameOf<'tts-speak'>): RealtimeResponseParams {
  return {
    instructions: `Say exactly the following, in these words, and nothing else:\n\n${text}`,
    tool_choice: 'none',
    metadata: sayMetadata(text),
    // The model does not remember what is no part of the conversation.
    ...(aside === true ? { conversation: 'none', input: [] } : {}),
  };
}

/** The words for a server of ours, whose model may not be one that follows instructions; none if they are too many to be told whole. */
function sayMetadata(text: string): Record<string, string> {
  const pieces = text.match(pieceOfText) ?? [];
  if (pieces.length > maxPieces) return {};
  return Object.fromEntries(pieces.map((piece, i) => [i === 0 ? 'voxrill_say' : `voxrill_say_${i + 1}`, piece]));
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
