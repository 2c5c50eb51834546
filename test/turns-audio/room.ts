import { combinedVad, dbToGain, type EchoGuard, rmsLevel, voiceActivity } from '@voxrill/audio';
import {
  createSession,
  defineProcessor,
  type FrameProcessor,
  type InputPort,
  inputTransport,
  outputTransport,
  pacedSink,
  pipeline,
  VirtualClock,
} from '@voxrill/core';

const RATE = 16_000;
const CHUNK = 320;
const nothing = (name: string) => defineProcessor(name, {}, { fit: { emits: [] } as const });

/** A room in which the bot's loudspeaker is heard by the user's microphone. */
export interface RoomOptions {
  /** How much softer the microphone hears the bot, in dB. */
  readonly leakDb: number;
  /** Background of the room, full scale 1 and as long as one likes; the microphone adds it. */
  readonly background: (at: number) => number;
  readonly guard?: EchoGuard;
  /** What stands before the detector. */
  readonly filter?: FrameProcessor<{ readonly emits: readonly [] }>;
  /** From the loudspeaker to the microphone. */
  readonly delayMs?: number;
}

/** A call on the virtual clock in which both sides are heard by the real detector. */
export async function room({ leakDb, background, guard, filter = nothing('no filter'), delayMs = 60 }: RoomOptions) {
  const clock = new VirtualClock({ externalCost: 'none' });
  const leak = dbToGain(-leakDb);
  /** What arrives at the microphone, by sample. */
  const air = new Map<number, Float64Array>();
  let chunkCount = 0;
  const add = (fromSample: number, samples: ArrayLike<number>, gain: number): void => {
    for (let i = 0; i < samples.length; i++) {
      const at = fromSample + i;
      const index = Math.floor(at / CHUNK);
      const chunk = air.get(index) ?? new Float64Array(CHUNK);
      air.set(index, chunk);
      chunk[at % CHUNK] = (chunk[at % CHUNK] ?? 0) + gain * (samples[i] ?? 0);
    }
  };
  const input = inputTransport({
    open(port: InputPort) {
      const next = (): void => {
        const index = chunkCount++;
        const heard = air.get(index);
        air.delete(index);
        const samples = Int16Array.from({ length: CHUNK }, (_, i) =>
          Math.max(-32_768, Math.min(32_767, Math.round(32_768 * background(index * CHUNK + i) + (heard?.[i] ?? 0)))),
        );
        port.audio({ samples, sampleRate: RATE, channels: 1 });
        cancel = clock.setTimer(next, 20);
      };
      let cancel = clock.setTimer(next, 20);
      return () => cancel();
    },
  });
  const output = outputTransport({
    openSink: (format, session) =>
      pacedSink({ play: (chunk) => add(Math.round(((session.now() + delayMs) * RATE) / 1000), chunk, leak) }, format, session),
  });
  const session = createSession(
    pipeline(
      input,
      guard?.microphone ?? nothing('no guard'),
      filter,
      voiceActivity({ engine: () => combinedVad() }),
      defineProcessor('voice', {}, { fit: { emits: ['tts-audio'] } as const }),
      guard?.loudspeaker ?? nothing('no guard either'),
      output,
    ),
    { clock },
  );
  const starts: number[] = [];
  const levels: number[] = [];
  session.frames$.subscribe(({ frame, from, direction }) => {
    if (frame.kind === 'vad-user-started-speaking' && from === 'vad' && direction === 'down') starts.push(frame.at);
    if (frame.kind === 'input-audio' && from === 'vad') levels.push(rmsLevel(frame.samples));
  });
  await Promise.all([session.start(), clock.runUntil(() => session.state === 'running')]);
  let utterances = 0;
  return {
    clock,
    session,
    /** When the detector said that the user had begun, in session time. */
    starts,
    /** What has come through to the detector and beyond, chunk by chunk, in dBFS. */
    levels: () => levels,
    botSays(samples: Int16Array): void {
      const utterance = `u${++utterances}`;
      session.send(session.frame('tts-started', { utterance, text: 'words' }));
      for (let at = 0; at < samples.length; at += 1_600)
        session.send(
          session.frame('tts-audio', { utterance, samples: samples.slice(at, at + 1_600), sampleRate: RATE, channels: 1 }),
        );
      session.send(session.frame('tts-stopped', { utterance }));
    },
    userSays(samples: Int16Array): void {
      add(chunkCount * CHUNK, samples, 1);
    },
    async over(): Promise<void> {
      session.cancel();
      await session.done;
    },
  };
}
