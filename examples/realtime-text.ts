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
const { output, talk } = page();
const session = createSession(pipeline(context.user, model, context.assistant, output), { clock });
const talking = talk(session, ['My name is Ann.', 'Who am I?']);
await clock.runUntil(talking);
const answers = await talking;

const spoken = typesOf(log).filter((type) => type.includes('audio'));
console.log(`\n${log.length} events went over the line, ${spoken.length} of them with audio.`);
if (answers.join(' ') !== 'Nice to meet you, Ann. You are Ann.' || spoken.length > 0) process.exitCode = 1;
