// Records a call in stereo, the user on the left and the bot on the right, each sample where it was heard; then measures from
// the file alone how long the bot took to answer.
// npm run example recording
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deinterleave, openWav, rmsLevel, stereoRecorder, voiceToVoice } from '@voxrill/audio';
import {
  createSession,
  defineProcessor,
  inputTransport,
  outputTransport,
  pacedSink,
  pipeline,
  VirtualClock,
} from '@voxrill/core';

const tone = (lastsMs: number, hz: number) =>
  Int16Array.from({ length: lastsMs * 16 }, (_, i) => 8_000 * Math.sin((2 * Math.PI * hz * i) / 16_000));
const folder = await mkdtemp(join(tmpdir(), 'voxrill-recording-'));
const path = join(folder, 'call.wav');
const recorder = stereoRecorder({ path });

// The user hums for a second; the bot answers 600 ms later, and is cut off after 800 ms.
const caller = inputTransport({
  open: ({ session, audio }) =>
    session.clock.setTimer(() => audio({ samples: tone(1_000, 150), sampleRate: 16_000, channels: 1 }), 1_500),
});
const answer = defineProcessor(
  'answer',
  (stage) => ({
    down: {
      'input-audio': (frame) => {
        stage.session.clock.setTimer(() => {
          stage.pushDown(stage.frame('tts-started', { utterance: 'answer', text: 'Hm.' }));
          stage.pushDown(
            stage.frame('tts-audio', { utterance: 'answer', samples: tone(3_000, 250), sampleRate: 16_000, channels: 1 }),
          );
          stage.pushDown(stage.frame('tts-stopped', { utterance: 'answer' }));
        }, 600);
        return frame;
      },
    },
  }),
  { fit: { emits: ['tts-started', 'tts-audio', 'tts-stopped'] } },
);
const openSink = recorder.sink((format, session) => pacedSink({ play: () => undefined }, format, session));

const clock = new VirtualClock({ externalCost: 'none' });
const session = createSession(pipeline(caller, recorder.user, answer, outputTransport({ openSink })), { clock });
const started = session.start();
await clock.runUntil(started);
await clock.advance(2_900);
session.interrupt('That is enough.');
await clock.advance(500);
await clock.runUntil(session.end());

try {
  const wav = await openWav(path, { channels: 2, chunkMs: 60_000 });
  process.stdout.write(
    `call.wav: ${((wav.durationMs ?? 0) / 1000).toFixed(1)} s, ${wav.channels} channels, ${wav.sampleRate} Hz\n`,
  );
  for await (const chunk of wav) {
    const [user, bot] = deinterleave(chunk, 2).map((side) => `${rmsLevel(side).toFixed(1)} dBFS`);
    process.stdout.write(`user ${user}, bot ${bot}\n`);
  }
  const { turns } = await voiceToVoice(await openWav(path, { channels: 2 }));
  for (const { latencyMs } of turns) process.stdout.write(`answered after ${Math.round(latencyMs)} ms\n`);
  process.exitCode = turns.length === 1 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
