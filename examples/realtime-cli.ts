// A complete voice client: connect, tell the session what it is to be, send what the microphone gives, play what comes. In a
// terminal it takes microphone and speaker through sox or ALSA (wear headphones); elsewhere a WAV file speaks, and reply.wav
// gets the answer. Without OPENAI_API_KEY a server of our own plays the service.
// npm run example realtime-cli [FILE.wav]
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pcmFromBytes, pcmToBytes, wavInput, wavOutput } from '@voxrill/audio';
import { contextPair, createSession, inputTransport, outputTransport, pacedSink, pipeline } from '@voxrill/core';
import { flite, moonshine, ruleModel } from '@voxrill/local';
import { openaiRealtime } from '@voxrill/openai';
import { serveRealtime } from '@voxrill/realtime-server';

const sampleRate = 24_000;
const sox = ['-q', '-t', 'raw', '-r', `${sampleRate}`, '-e', 'signed', '-b', '16', '-c', '1', '-'];
const alsa = ['-q', '-t', 'raw', '-r', `${sampleRate}`, '-f', 'S16_LE', '-c', '1'];
const programs = [
  { listen: 'rec', speak: 'play', args: sox },
  { listen: 'arecord', speak: 'aplay', args: alsa },
].find(({ listen, speak }) => [listen, speak].every((name) => spawnSync(name, ['--version']).error === undefined));

function microphone(program: string, args: readonly string[]) {
  return inputTransport({
    name: 'microphone',
    open: (port) => {
      const recorder = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
      let rest: Buffer = Buffer.alloc(0);
      recorder.on('error', (error) => port.fail(error));
      recorder.on('exit', () => port.session.end({ reason: 'The microphone is off.' }));
      recorder.stdout.on('data', (bytes: Buffer) => {
        const all = Buffer.concat([rest, bytes]);
        rest = all.subarray(all.length & ~1);
        port.audio({ samples: pcmFromBytes(all.subarray(0, all.length & ~1)), sampleRate, channels: 1 });
      });
      return () => void recorder.kill();
    },
  });
}

function speaker(program: string, args: readonly string[]) {
  return outputTransport({
    name: 'speaker',
    openSink: (format, session) => {
      const player = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'] });
      for (const end of [player, player.stdin]) end.on('error', (error) => session.fail('speaker', error));
      const play = (chunk: Int16Array) => void player.stdin.write(pcmToBytes(chunk));
      return pacedSink({ play, close: () => void player.stdin.end() }, format, session, { leadMs: 40 });
    },
  });
}

const file = process.argv[2] ?? fileURLToPath(new URL('../test/speech/human-ps-goforward.wav', import.meta.url));
const live = process.stdin.isTTY && process.argv[2] === undefined ? programs : undefined;
const input = live ? microphone(live.listen, live.args) : wavInput(file, { sampleRate });
const output = live ? speaker(live.speak, live.args) : wavOutput('reply.wav', { sampleRate });
const [stt, llm, tts] = [moonshine(), ruleModel(), flite()];
const server = process.env.OPENAI_API_KEY
  ? undefined
  : await serveRealtime((call) => pipeline(call.input, stt, call.conversation, llm, tts, call.output));
const model = openaiRealtime({ model: 'gpt-realtime', ...(server === undefined ? {} : { baseURL: server.url }) });
const context = contextPair({ system: 'You are a helpful voice assistant. Be brief.' });
const session = createSession(pipeline(input, context.user, model, output, context.assistant), { startMs: 300_000 });
session.frames$.subscribe(({ frame, to, direction }) => {
  if (to !== 'session' || direction !== 'up') return;
  if (frame.kind === 'transcription') console.log(`you: ${frame.text}`);
  if (frame.kind === 'bot-spoke' && frame.state !== 'playing') console.log(`bot: ${frame.text}`);
});
process.once('SIGINT', () => session.cancel('Stopped by the user.'));
await session.start().catch((error: Error) => console.error(error.message));
const { totalTurns, unansweredTurns } = await session.done;
await server?.close();
process.exitCode = totalTurns > 0 && unansweredTurns === 0 ? 0 : 1;
