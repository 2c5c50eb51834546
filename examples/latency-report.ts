// What people wait, and for what: voice-to-voice of each turn with its parts, apart from the TTFB of the services.
// A twenty-turn call with mock providers on the virtual clock, once with the default silence window and once with a quick one.
// npm run example latency-report
import { latencyMeter, latencyTable } from '@voxrill/core';
import { traceSession } from '@voxrill/opentelemetry';
import { cascadeBot, fakeLLM, fakeSTT, fakeTTS, fakeVad, simulate } from '@voxrill/testing';

const say = (text: string) => process.stdout.write(`${text}\n`);

async function call(title: string, stopMs: number): Promise<void> {
  const meter = latencyMeter({
    onTurn: ({ voiceToVoiceMs, parts }) => {
      if (voiceToVoiceMs > 1500) say(`  slow: ${Math.round(voiceToVoiceMs)} ms, the model took ${Math.round(parts.llm ?? 0)}`);
    },
  });
  say(`\n${title}`);
  await simulate({
    bot: cascadeBot({
      vad: fakeVad({ stopMs }),
      stt: fakeSTT({ finalMs: 30 }),
      llm: fakeLLM({
        firstMs: 300,
        // About 500 ms in all, and every tenth request takes a second more.
        replies: (_, index) => [
          { stallMs: index % 10 === 9 ? 1200 : 100 + ((index * 37) % 200) },
          'Of course. I look it up for you.',
        ],
        tokenMs: 10,
      }),
      tts: fakeTTS({ firstMs: 90 }),
    }),
    script: async ({ session, user, bot }) => {
      meter.watch(session);
      // The same figures on the spans of each turn, for whoever has registered an OpenTelemetry SDK; nothing otherwise.
      traceSession(session);
      for (let turn = 0; turn < 20; turn++) {
        await user.says('Where is my order?');
        await bot.finishes();
      }
    },
  });
  say(latencyTable(meter.report()));
}

await call('Silence window of 500 ms, the default', 500);
await call('Silence window of 150 ms', 150);
say('\nFor comparison: people answer each other in about 500 ms; Voice Mode took 2800 ms (GPT-3.5) and 5400 ms (GPT-4).');
