import { defineProcessor, type FrameOf, type FrameProcessor, type StageScope } from '@voxrill/core';
import { dbToGain, rmsLevel } from '../pcm/level.js';
import { requireWithin } from '../vad/vad-options.js';

const guardFit = { emits: [] } as const;

/** Options of {@link echoGuard}. */
export interface EchoGuardOptions {
  /**
   * How much softer the bot's voice comes back by the microphone than it was sent, at the least, in dB, 0 to 80. More lets
   * softer interruptions through, but not more than is true.
   * @defaultValue 18
   */
  readonly lossDb?: number;
  /** How long the echo may last after the bot's last sound, with all delays of the line, 0 to 2000. @defaultValue 300 */
  readonly tailMs?: number;
  /** How long the user's softer sounds pass after one that was loud enough, 0 to 2000. @defaultValue 300 */
  readonly holdMs?: number;
}

/** Two places in one pipeline. */
export interface EchoGuard {
  /** Stands before the detector. */
  readonly microphone: FrameProcessor<typeof guardFit>;
  /** Stands between the voice and the transport's output. */
  readonly loudspeaker: FrameProcessor<typeof guardFit>;
}

/** In a chunk of the microphone the echo may be this much louder than in the windows it was measured by; room noise adds. */
const MARGIN_DB = 3;
const WINDOW_MS = 20;
/** The background rises this much a second at the most, so that a long word is not taken for it. */
const RISE_DB = 1;
const LEAST_DB = -90;

interface Echo {
  /** The loudest 20 ms of what the bot says, in dBFS. */
  levelDb: number;
  /** Until when something of it may be heard, in session time. */
  untilMs: number;
  /** The bot has come to the end of what was measured. */
  said: boolean;
}

/**
 * Keeps the bot from interrupting itself where the client cancels no echo, or not enough: while the bot can be heard, the
 * microphone must be louder than the echo of the bot's loudest sound could be; all else is replaced by noise as faint as the
 * background. A detector cannot do that alone: a voice 20 dB softer than the bot may as well be a soft-spoken user.
 *
 * The price: a user who speaks softer than that cannot interrupt. Measured with a bot at −18 dBFS and the default `lossDb`:
 * users down to −25 dBFS are heard as early as without the guard, at −30 dBFS late, at −35 dBFS hardly ever. Wherever the
 * client can cancel its echo, let it.
 *
 * @throws RangeError when an option is out of its range.
 *
 * @example
 * ```ts
 * import { pipeline } from '@voxrill/core';
 *
 * const echo = echoGuard({ lossDb: 25 });
 * const vad = voiceActivity({ engine: () => combinedVad() });
 * // Recogniser, model and voice stand between the two.
 * const call = pipeline(wavInput('call.wav'), echo.microphone, vad, echo.loudspeaker);
 * ```
 */
export function echoGuard(options: EchoGuardOptions = {}): EchoGuard {
  const { lossDb = 18, tailMs = 300, holdMs = 300 } = options;
  requireWithin('echoGuard: lossDb', lossDb, 0, 80);
  requireWithin('echoGuard: tailMs', tailMs, 0, 2_000);
  requireWithin('echoGuard: holdMs', holdMs, 0, 2_000);
  // A session is told by its signal, which is the same object for all of its processors.
  const sessions = new WeakMap<AbortSignal, Echo>();
  const echoOf = ({ session }: StageScope): Echo => {
    const known = sessions.get(session.signal);
    if (known !== undefined) return known;
    const echo: Echo = { levelDb: Number.NEGATIVE_INFINITY, untilMs: Number.NEGATIVE_INFINITY, said: false };
    sessions.set(session.signal, echo);
    return echo;
  };
  return {
    microphone: defineProcessor(
      'echo-guard.microphone',
      (stage) => microphone(stage, echoOf(stage), { lossDb, tailMs, holdMs }),
      { fit: guardFit },
    ),
    loudspeaker: defineProcessor('echo-guard.loudspeaker', (stage) => loudspeaker(stage, echoOf(stage)), { fit: guardFit }),
  };
}

function loudspeaker({ session }: StageScope, echo: Echo) {
  return {
    down: {
      'tts-audio': (frame: FrameOf<'tts-audio'>) => {
        // What was said before has died away: the next reply may be softer.
        if (echo.said && session.now() > echo.untilMs) {
          echo.levelDb = Number.NEGATIVE_INFINITY;
          echo.said = false;
        }
        const step = Math.max(1, Math.round((frame.sampleRate * frame.channels * WINDOW_MS) / 1000));
        for (let at = 0; at < frame.samples.length; at += step)
          echo.levelDb = Math.max(echo.levelDb, rmsLevel(frame.samples.subarray(at, at + step)));
        return frame;
      },
    },
  };
}

function microphone({ session }: StageScope, echo: Echo, options: Required<EchoGuardOptions>) {
  const { lossDb, tailMs, holdMs } = options;
  let backgroundDb: number | undefined;
  let passesUntilMs = Number.NEGATIVE_INFINITY;
  let seed = 1;
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 31 - 1;
  };
  const follow = (levelDb: number, chunkMs: number): number => {
    const risen = (backgroundDb ?? levelDb) + (RISE_DB * chunkMs) / 1000;
    backgroundDb = Math.max(LEAST_DB, Math.min(levelDb, risen));
    return backgroundDb;
  };
  const speaks = {
    'bot-started-speaking': (frame: FrameOf<'bot-started-speaking'>) => {
      echo.untilMs = Number.POSITIVE_INFINITY;
      echo.said = false;
      return frame;
    },
    'bot-stopped-speaking': (frame: FrameOf<'bot-stopped-speaking'>) => {
      echo.untilMs = session.now() + tailMs;
      echo.said = true;
      return frame;
    },
  };
  return {
    // A microphone that stands behind the output hears of the bot from above.
    up: speaks,
    down: {
      ...speaks,
      'input-audio': (frame: FrameOf<'input-audio'>) => {
        const levelDb = rmsLevel(frame.samples);
        const chunkMs = (frame.samples.length / frame.channels / frame.sampleRate) * 1000;
        const background = follow(levelDb, chunkMs);
        if (frame.at - chunkMs > echo.untilMs) return frame;
        if (levelDb > echo.levelDb - lossDb + MARGIN_DB) passesUntilMs = frame.at + holdMs;
        if (frame.at <= passesUntilMs) return frame;
        // Not silence: the detector would take the background that comes back afterwards for something new.
        const peak = 32_768 * dbToGain(background) * Math.sqrt(3);
        return { ...frame, samples: frame.samples.map(() => Math.round(peak * random())) };
      },
    },
  };
}
