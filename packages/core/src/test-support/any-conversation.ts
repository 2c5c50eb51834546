import fc from 'fast-check';
import type { ChatMessage } from '../context/chat-message.js';

/** Something that can be said as a whole: a message, or calls with their results. */
export const anyPiece: fc.Arbitrary<readonly ChatMessage[]> = fc.oneof(
  { weight: 3, arbitrary: fc.lorem({ maxCount: 6 }).map((content): ChatMessage[] => [{ role: 'user', content }]) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.lorem({ maxCount: 6 }), fc.boolean())
      .map(([content, cut]): ChatMessage[] => [{ role: 'assistant', content, ...(cut ? { interrupted: true as const } : {}) }]),
  },
  {
    weight: 2,
    arbitrary: fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 3 }).map((numbers): ChatMessage[] => {
      const ids = numbers.map((number) => `call_${number}`);
      return [
        {
          role: 'assistant',
          content: null,
          tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'look_up', arguments: '{}' } })),
        },
        ...ids.map((id): ChatMessage => ({ role: 'tool', tool_call_id: id, content: 'found' })),
      ];
    }),
  },
);

/** A conversation with a system message, whose calls all have their results. */
export const anyConversation: fc.Arbitrary<readonly ChatMessage[]> = fc
  .array(anyPiece, { maxLength: 20 })
  .map((pieces) => [{ role: 'system', content: 'You are brief.' }, ...pieces.flat()]);
