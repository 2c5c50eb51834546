// A voice bot that needs no key and no network: a recording speaks, the bot answers, its reply is in reply.wav.
// npm run example local-bot [FILE.wav]
import { fileURLToPath } from 'node:url';
import { combinedVad, voiceActivity, wavInput, wavOutput } from '@voxrill/audio';
import { contextPair, createSession, pipeline } from '@voxrill/core';
import { flite, moonshine, ruleModel } from '@voxrill/local';

const recording = process.argv[2] ?? fileURLToPath(new URL('../test/speech/human-ps-goforward.wav', import.meta.url));
const context = contextPair({ system: 'You are a helpful voice assistant.' });

const bot = pipeline(
  wavInput(recording),
  voiceActivity({ engine: combinedVad }),
  moonshine(),
  context.user,
  ruleModel(),
  flite(),
  wavOutput('reply.wav'),
  context.assistant,
);

const session = createSession(bot, { startMs: 300_000 });
session.frames$.subscribe(({ frame, to, direction }) => {
  if (to !== 'session') return;
  // Turns are told both ways; one is enough.
  if (frame.kind === 'user-stopped-speaking' && direction === 'up') process.stdout.write(`you: ${frame.text}\n`);
  if (frame.kind === 'tts-started') process.stdout.write(`bot: ${frame.text}\n`);
});
await session.start().catch((error: Error) => process.stderr.write(`${error.message}\n`));
const report = await session.done;
process.stdout.write(`answered after ${report.turns.map((turn) => Math.round(turn.voiceToVoiceMs ?? 0)).join(', ')} ms\n`);
process.exitCode = report.totalTurns > 0 && report.unansweredTurns === 0 ? 0 : 1;
