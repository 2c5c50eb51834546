import { defineProcessor, type FrameOf, type FrameProcessor, type StageScope } from '@voxrill/core';
import { downmix } from '../pcm/downmix.js';
import { Resampler } from '../resample/resampler.js';
import type { AsyncVadEngine, VadDecision, VadEngine } from '../vad/vad-engine.js';

const vadFit = { needs: ['input-audio'], emits: ['vad-user-started-speaking', 'vad-user-stopped-speaking'] } as const;

/** Options of {@link voiceActivity}. */
export interface VoiceActivityOptions {
  /** Makes the detector of one session; called while the session starts. */
  readonly engine: () => VadEngine | AsyncVadEngine | Promise<VadEngine | AsyncVadEngine>;
}

/** Beyond this difference the audio has a gap, or came late, and positions are reckoned anew. */
const maxDriftMs = 250;

/**
 * Watches the user's audio and marks where speech begins and ends, in session time. Takes audio of any rate and number of
 * channels. Put it behind the transport's input.
 *
 * @example
 * ```ts
 * const vad = voiceActivity({ engine: () => energyVad() });
 * ```
 */
export function voiceActivity(options: VoiceActivityOptions): FrameProcessor<typeof vadFit> {
  return defineProcessor('vad', (stage) => watch(stage, options.engine), { fit: vadFit });
}

function watch(stage: StageScope, makeEngine: VoiceActivityOptions['engine']) {
  const { session } = stage;
  let engine: VadEngine | AsyncVadEngine | undefined;
  let resampler: Resampler | undefined;
  /** Session time of the detector's first sample, and how much it has heard since. */
  let originMs = 0;
  let heardMs = 0;

  session.onStart(async () => {
    engine = await makeEngine();
  });

  const mark = ({ type, speechAtMs }: VadDecision): FrameOf<'vad-user-started-speaking' | 'vad-user-stopped-speaking'> =>
    stage.frame(type === 'start' ? 'vad-user-started-speaking' : 'vad-user-stopped-speaking', {
      speechAtMs: originMs + speechAtMs,
    });
  const atRate = (mono: Int16Array, from: number, to: number): Int16Array => {
    if (from === to) return mono;
    if (resampler?.fromRate !== from) resampler = new Resampler({ fromRate: from, toRate: to });
    return resampler.process(mono);
  };

  session.onEnd(() => {
    // What is still being said has come to its end too.
    const last = engine?.flush();
    if (last === undefined) return;
    const send = (decisions: readonly VadDecision[]): void => {
      for (const decision of decisions) stage.pushDown(mark(decision));
    };
    if (last instanceof Promise) last.then(send).catch((error: unknown) => stage.fail(error));
    else send(last);
  });

  return {
    down: {
      'input-audio': (frame: FrameOf<'input-audio'>) => {
        if (engine === undefined) return frame;
        const chunkMs = (frame.samples.length / frame.channels / frame.sampleRate) * 1000;
        const startMs = frame.at - chunkMs;
        if (Math.abs(originMs + heardMs - startMs) > maxDriftMs) originMs = startMs - heardMs;
        heardMs += chunkMs;
        const mono = frame.channels === 1 ? frame.samples : downmix(frame.samples, frame.channels);
        const decided = engine.process(atRate(mono, frame.sampleRate, engine.sampleRate));
        // The audio goes first: whoever cuts at the mark must have it.
        if (decided instanceof Promise) return decided.then((decisions) => [frame, ...decisions.map(mark)]);
        return decided.length === 0 ? frame : [frame, ...decided.map(mark)];
      },
    },
  };
}
