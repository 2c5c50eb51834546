// Each service has a spare that takes over when it fails, and does what it could not finish: the recogniser dies in the
// middle of a sentence, the model rejects its key, the voice breaks off. The user notices little, and says nothing twice.
// npm run example failover
import { contextPair, pipeline, switchable } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, simulate } from '@voxrill/testing';

const ears = { main: fakeSTT({ name: 'main-stt' }), spare: fakeSTT({ name: 'spare-stt' }) };
const brains = {
  main: fakeLLM({ name: 'main-llm', replies: [{ error: 'authentication' }] }),
  spare: fakeLLM({ name: 'spare-llm', replies: 'Two hundred strawberries are on their way. They will be with you at noon.' }),
};
const voices = {
  main: fakeTTS({
    name: 'main-tts',
    speaks: (text) => (text.startsWith('They') ? { errorAtMs: 900, error: 'server' } : undefined),
  }),
  spare: fakeTTS({ name: 'spare-tts' }),
};

const transport = memoryTransport();
const context = contextPair();
const bot = pipeline(
  transport.input,
  fakeVad(),
  switchable(ears, { name: 'ears', failover: { after: 1 } }),
  context.user,
  switchable(brains, { name: 'brain', failover: true }),
  switchable(voices, { name: 'voice', failover: { after: 1 } }),
  transport.output,
  context.assistant,
);

const {
  report,
  context: messages,
  heard,
} = await simulate({
  bot: { pipeline: bot, transport, context },
  script: async ({ user, bot, session }) => {
    const speaking = user.says('I would like two hundred strawberries');
    await session.clock.sleep(800);
    ears.main.faults.fails('connectivity');
    await speaking;
    await bot.finishes();
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
say(`troubles, of which none ended the call (it ${report.reason} as it should):`);
for (const { message } of report.errors) say(`  ${message}`);
say('the conversation:');
for (const { role, content } of messages) say(`  ${role}: ${String(content)}`);
say(`what was heard: ${heard.map(({ text }) => text).join(' ')}`);
