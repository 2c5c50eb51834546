// Text only: an end-to-end model that is typed to and writes back. There is no microphone and no voice, so the service neither
// hears nor speaks; the pipeline is the model between the two sides of the conversation.
// npm run example realtime-text
import { contextPair, createSession, pipeline } from '@voxrill/core';
import { openaiRealtime } from '@voxrill/openai';
import { page } from './realtime/page.js';
import { scriptedService, typesOf } from './realtime/scripted-service.js';

const { clock, address, log } = scriptedService(['Nice to meet you, Ann.', 'You are Ann.']);
const context = contextPair({ system: 'You are brief.' });
const model = openaiRealtime({ ...address, output: 'text', transcription: false });
const answers: string[] = [];
let answered = (): void => undefined;
const output = page((answer) => {
  answers.push(answer);
  answered();
});
const session = createSession(pipeline(context.user, model, context.assistant, output), { clock });

async function talk(): Promise<void> {
  await session.start();
  for (const text of ['My name is Ann.', 'Who am I?']) {
    const answer = new Promise<void>((resolve) => {
      answered = resolve;
    });
    session.send(session.frame('input-text', { text }));
    await answer;
    console.log(`you: ${text}\nbot: ${answers.at(-1)}`);
  }
  await session.end();
}
await clock.runUntil(talk());

const spoken = typesOf(log).filter((type) => type.includes('audio'));
console.log(`\n${log.length} events went over the line, ${spoken.length} of them with audio.`);
if (answers.join(' ') !== 'Nice to meet you, Ann. You are Ann.' || spoken.length > 0) process.exitCode = 1;
