import { defineProcessor, type Session } from '@voxrill/core';

/** What the model writes is shown in the place of a voice, and what stands on the page counts as heard. */
export function page() {
  let show: (answer: string) => void = () => undefined;
  const output = defineProcessor(
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
  return {
    output,
    /** A whole session of typed lines, each sent when the one before is answered. Prints them, and gives back the answers. */
    async talk(session: Session, lines: readonly string[]): Promise<readonly string[]> {
      const answers: string[] = [];
      await session.start();
      for (const text of lines) {
        const answer = new Promise<string>((resolve) => {
          show = resolve;
        });
        session.send(session.frame('input-text', { text }));
        answers.push(await answer);
        console.log(`you: ${text}\nbot: ${answers.at(-1)}`);
      }
      await session.end();
      return answers;
    },
  };
}
