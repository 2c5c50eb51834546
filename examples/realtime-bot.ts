// A voice bot with one end-to-end model in the place of recogniser, language model and voice. With OPENAI_API_KEY the model is
// OpenAI's, with AZURE_OPENAI_ENDPOINT and AZURE_OPENAI_API_KEY it is Azure's; without them a server of our own in this process
// plays the service, so that it runs offline. A recording speaks, and the reply is in reply.wav.
// npm run example realtime-bot [FILE.wav]
import { fileURLToPath } from 'node:url';
import { wavInput, wavOutput } from '@voxrill/audio';
import { contextPair, createSession, pipeline } from '@voxrill/core';
import { flite, moonshine, ruleModel } from '@voxrill/local';
import { type OpenAIRealtimeOptions, openaiRealtime } from '@voxrill/openai';
import { serveRealtime } from '@voxrill/realtime-server';

const recording = process.argv[2] ?? fileURLToPath(new URL('../test/speech/human-ps-goforward.wav', import.meta.url));
const { OPENAI_API_KEY, AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_API_KEY, AZURE_OPENAI_DEPLOYMENT } = process.env;

async function service(): Promise<{ readonly options: OpenAIRealtimeOptions; close(): Promise<void> }> {
  const close = async (): Promise<void> => undefined;
  if (OPENAI_API_KEY) return { options: { model: 'gpt-realtime', voice: 'marin' }, close };
  if (AZURE_OPENAI_ENDPOINT && AZURE_OPENAI_API_KEY) {
    // Set but empty is as good as not set.
    const model = AZURE_OPENAI_DEPLOYMENT?.trim() || 'gpt-realtime';
    return { options: { model, dialect: 'azure-ga', baseURL: AZURE_OPENAI_ENDPOINT }, close };
  }
  const [stt, llm, tts] = [moonshine(), ruleModel(), flite()];
  const server = await serveRealtime((call) => pipeline(call.input, stt, call.conversation, llm, tts, call.output));
  return { options: { model: 'local', baseURL: server.url }, close: () => server.close() };
}

const { options, close } = await service();
const context = contextPair({ system: 'You are a helpful voice assistant.' });
const bot = pipeline(
  wavInput(recording),
  context.user,
  openaiRealtime(options),
  wavOutput('reply.wav', { sampleRate: 24_000 }),
  context.assistant,
);

const session = createSession(bot, { startMs: 300_000 });
session.frames$.subscribe(({ frame, to, direction }) => {
  if (to !== 'session' || direction !== 'up') return;
  if (frame.kind === 'transcription') process.stdout.write(`you: ${frame.text}\n`);
  if (frame.kind === 'bot-spoke' && frame.state !== 'playing') process.stdout.write(`bot: ${frame.text}\n`);
});
await session.start().catch((error: Error) => process.stderr.write(`${error.message}\n`));
const report = await session.done;
await close();
process.stdout.write(`answered after ${report.turns.map((turn) => Math.round(turn.voiceToVoiceMs ?? 0)).join(', ')} ms\n`);
process.exitCode = report.totalTurns > 0 && report.unansweredTurns === 0 ? 0 : 1;
