import { defineProcessor } from '@voxrill/core';

/** Shows what the model writes, in the place of a voice: what stands on the page counts as heard. */
export function page(show: (answer: string) => void) {
  return defineProcessor(
    'page',
    (stage) => {
      let text = '';
      return {
        down: {
          'llm-text': (frame) => {
            text += frame.text;
            return frame;
          },
          'llm-response-end': (frame) => {
            const { response } = frame;
            stage.broadcast(stage.frame('bot-spoke', { utterance: response, text, playedMs: 1, state: 'complete', response }));
            show(text);
            text = '';
            return frame;
          },
        },
      };
    },
    { fit: { needs: ['llm-text'], emits: ['bot-spoke'] } },
  );
}
