import { defineProcessor, type FrameOf, type FrameProcessor, type StageScope } from '@voxrill/core';
import { downmix } from '../pcm/downmix.js';
import { Resampler } from '../resample/resampler.js';
import type { AsyncVadEngine, VadDecision, VadEngine } from '../vad/vad-engine.js';
import { requireWithin } from '../vad/vad-options.js';
import { requireOptions } from './require-options.js';
import { SpeechMarks } from './speech-marks.js';

const vadFit = { needs: ['input-audio'], emits: ['vad-user-started-speaking', 'vad-user-stopped-speaking'] } as const;

/** Options of {@link voiceActivity}. */
export interface VoiceActivityOptions {
  /** Makes the detector of one session; called while the session starts. */
  readonly engine: () => VadEngine | AsyncVadEngine | Promise<VadEngine | AsyncVadEngine>;
  /**
   * How long the audio may stay away in mid-speech, a number from 100 to 60000: then the speech is held to have ended with
   * it, since a turn would stay open for ever.
   * @defaultValue 2_000
   */
  readonly stallMs?: number;
}

/** Beyond this difference the audio has a gap, or came late, and positions are reckoned anew. */
const maxDriftMs = 250;

const missingEngine = 'voiceActivity: give it an engine, as in voiceActivity({ engine: () => energyVad() }).';

/**
 * Watches the user's audio and marks where speech begins and ends, in session time. Takes audio of any rate and number of
 * channels. Put it behind the transport's input.
 *
 * While the user is muted no audio passes. `force-reply` ends the speech that is open, and nothing begins anew before the
 * detector has found silence by itself: a noise that goes on must not cut the reply.
 *
 * @throws TypeError when there is no engine.
 * @throws RangeError when `stallMs` is out of its range.
 *
 * @example
 * ```ts
 * const vad = voiceActivity({ engine: () => energyVad() });
 * ```
 */
export function voiceActivity(options: VoiceActivityOptions): FrameProcessor<typeof vadFit> {
  requireOptions(options, missingEngine);
  const { engine, stallMs = 2_000 } = options;
  if (typeof engine !== 'function') throw new TypeError(missingEngine);
  requireWithin('voiceActivity: stallMs', stallMs, 100, 60_000);
  return defineProcessor('vad', (stage) => watch(stage, engine, stallMs), { fit: vadFit });
}

type Mark = FrameOf<'vad-user-started-speaking' | 'vad-user-stopped-speaking'>;

function watch(stage: StageScope, makeEngine: VoiceActivityOptions['engine'], stallMs: number) {
  const { session } = stage;
  const { clock } = session;
  const marks = new SpeechMarks();
  let engine: VadEngine | AsyncVadEngine | undefined;
  let resampler: Resampler | undefined;
  let muted = false;
  /** Session time of the detector's first sample, and how much it has heard since. */
  let originMs = 0;
  let heardMs = 0;
  let lastAudioAt = 0;
  /** Set while speech is open. */
  let cancelTimer: (() => void) | undefined;

  session.onStart(async () => {
    const made = makeEngine();
    engine = made instanceof Promise ? await clock.external(made) : made;
  });

  const watchForStall = (delayMs: number): void => {
    cancelTimer = clock.setTimer(() => session.guard(stage.name, onTimer), delayMs);
  };
  // The timer is not moved by each frame: when it expires, it looks how long ago the last one came.
  const onTimer = (): void => {
    const restMs = lastAudioAt + stallMs - clock.now();
    if (restMs > 0) watchForStall(restMs);
    else finish();
  };
  const leaveWatch = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
  };
  const started = (speechAtMs: number): Mark => {
    leaveWatch();
    if (!session.signal.aborted) watchForStall(stallMs);
    const at = { speechAtMs };
    return stage.frame('vad-user-started-speaking', engine === undefined ? at : { ...at, prefixMs: engine.prefixMs });
  };
  const stopped = (speechAtMs: number): Mark => {
    leaveWatch();
    return stage.frame('vad-user-stopped-speaking', { speechAtMs });
  };
  /** What to tell of decisions on audio that was heard until now, whenever they come. */
  const teller = () => {
    const origin = originMs;
    const call = marks.call();
    return (decisions: readonly VadDecision[]): Mark[] =>
      decisions
        .filter((decision) => call.tells(decision))
        .map(({ type, speechAtMs }) => (type === 'start' ? started : stopped)(origin + speechAtMs));
  };
  /** The audio goes first: whoever cuts at the mark must have it. The marks go up as well, to whoever takes the turns before. */
  function* withMarks(frame: FrameOf<'input-audio'>, told: readonly Mark[]): Iterable<FrameOf<'input-audio'> | Mark> {
    yield frame;
    for (const mark of told) {
      stage.pushUp(mark);
      yield mark;
    }
  }
  const atRate = (mono: Int16Array, from: number, to: number): Int16Array => {
    if (from === to) return mono;
    if (resampler?.fromRate !== from) resampler = new Resampler({ fromRate: from, toRate: to });
    return resampler.process(mono);
  };
  const newStream = (): void => {
    originMs = Number.NEGATIVE_INFINITY;
    heardMs = 0;
    resampler = undefined;
  };

  /** What is still being said has come to its end. The next audio begins a new stream. */
  const finish = (): void => {
    leaveWatch();
    const tell = teller();
    const last = engine?.flush();
    newStream();
    if (last === undefined) return;
    const send = (decisions: readonly VadDecision[]): void => {
      for (const mark of tell(decisions)) stage.broadcast(mark);
    };
    if (last instanceof Promise) last.then(send).catch((error: unknown) => stage.fail(error));
    else send(last);
  };
  session.onEnd(finish);
  session.onClose(leaveWatch);

  // The mark goes before the frame that is the reason for it.
  const force = <F>(frame: F): F => {
    if (marks.force()) stage.broadcast(stopped(session.now()));
    return frame;
  };
  const mute = <F>(frame: F): F => {
    if (muted) return frame;
    muted = true;
    if (marks.forget()) stage.broadcast(stopped(session.now()));
    engine?.reset();
    newStream();
    return frame;
  };
  const unmute = <F>(frame: F): F => {
    muted = false;
    return frame;
  };
  const said = { 'force-reply': force, 'user-mute-started': mute, 'user-mute-stopped': unmute };

  return {
    down: {
      ...said,
      'input-audio': (frame: FrameOf<'input-audio'>) => {
        if (muted) return undefined;
        if (engine === undefined) return frame;
        lastAudioAt = clock.now();
        const chunkMs = (frame.samples.length / frame.channels / frame.sampleRate) * 1000;
        const startMs = frame.at - chunkMs;
        if (Math.abs(originMs + heardMs - startMs) > maxDriftMs) originMs = startMs - heardMs;
        heardMs += chunkMs;
        const mono = frame.channels === 1 ? frame.samples : downmix(frame.samples, frame.channels);
        const decided = engine.process(atRate(mono, frame.sampleRate, engine.sampleRate));
        if (decided instanceof Promise) {
          const tell = teller();
          return decided.then((decisions) => (muted ? [] : withMarks(frame, tell(decisions))));
        }
        return decided.length === 0 ? frame : withMarks(frame, teller()(decided));
      },
    },
    up: said,
  };
}
