import { deadline, defineProcessor, type FrameOf, type FrameProcessor, type HandlerContext, ServiceError } from '@voxrill/core';
import { downmix } from '../pcm/downmix.js';
import { Resampler } from '../resample/resampler.js';
import { requireWithin } from '../vad/vad-options.js';
import { AudioTail } from './audio-tail.js';
import { orAborted } from './or-aborted.js';
import type { TurnModelEngine } from './turn-model-engine.js';

const turnModelFit = {
  needs: ['input-audio', 'vad-user-started-speaking', 'vad-user-stopped-speaking'],
  emits: ['turn-verdict'],
} as const;

const RATE = 16_000;
const WINDOW_MS = 8_000;

/** Options of {@link turnModel}. */
export interface TurnModelOptions {
  /** @defaultValue 'turn-model' */
  readonly name?: string;
  /** From which probability on the turn counts as complete, 0.01 to 0.99. @defaultValue what the engine says, or 0.5 */
  readonly threshold?: number;
  /** How long a prediction may take, 10 to 60000. @defaultValue what the engine says, or 1_000 */
  readonly limitMs?: number;
  /** How much audio before the onset of a turn the model hears, 0 to 2000. @defaultValue 500 */
  readonly prefixMs?: number;
}

/**
 * Asks a model at each pause whether the user has finished, and sends its opinion both ways as a `turn-verdict`. Put it
 * between the detector and the user's side of the conversation. The model hears the present turn, no more than the last 8 s
 * of it, at any rate and number of channels.
 *
 * A verdict that comes after the user went on is dropped. A model that fails or takes longer than `limitMs` gives an error
 * frame and no verdict, so whoever waits for one should not wait for ever.
 *
 * @throws RangeError when a number is out of its range.
 *
 * @example
 * ```ts
 * import { pipeline } from '@voxrill/core';
 *
 * const verdicts = turnModel(onnxTurnModel({ path: 'models/smart-turn-v3.2-cpu.onnx' }), { limitMs: 300 });
 * const hears = pipeline(wavInput('call.wav'), voiceActivity({ engine: () => energyVad() }), verdicts);
 * ```
 */
export function turnModel(engine: TurnModelEngine, options: TurnModelOptions = {}): FrameProcessor<typeof turnModelFit> {
  const { name = 'turn-model', prefixMs = 500 } = options;
  const { threshold = engine.threshold ?? 0.5, limitMs = engine.limitMs ?? 1_000 } = options;
  requireWithin('turnModel: threshold', threshold, 0.01, 0.99);
  requireWithin('turnModel: limitMs', limitMs, 10, 60_000);
  requireWithin('turnModel: prefixMs', prefixMs, 0, 2_000);
  return defineProcessor(
    name,
    (stage) => {
      const { session } = stage;
      const tail = new AudioTail((RATE * WINDOW_MS) / 1000);
      let resampler: Resampler | undefined;
      /** Session time of the last sample, and of the first that belongs to the turn; undefined between two turns. */
      let heardMs = 0;
      let turnAtMs: number | undefined;
      /** The question that is under way. */
      let asking: AbortController | undefined;
      session.onStart(() => engine.prepare?.({ clock: session.clock, signal: session.signal }));

      const withdraw = (): void => {
        asking?.abort(new Error('The user went on.'));
        asking = undefined;
      };
      const turnOver = (frame: FrameOf<'user-stopped-speaking'>) => {
        turnAtMs = undefined;
        return frame;
      };
      /** Runs beside the lanes, because it is asked for by a control frame. */
      const ask = async (context: HandlerContext): Promise<void> => {
        const question = new AbortController();
        asking = question;
        // Fenced, so that what a listener of the engine throws ends nobody's process.
        const limit = deadline(session.clock, question.signal, (error) => context.fail(error));
        const onOver = (): void => question.abort(context.signal.reason);
        context.signal.addEventListener('abort', onOver, { once: true });
        limit.set(limitMs, () => new ServiceError('timeout', `"${name}" gave no verdict within ${limitMs} ms.`));
        try {
          const samples = tail.last(((heardMs - (turnAtMs ?? 0)) * RATE) / 1000);
          const call = { clock: session.clock, signal: limit.signal };
          const { probability } = await orAborted(engine.predict(samples, call), limit.signal);
          if (question.signal.aborted) return;
          if (!(probability >= 0 && probability <= 1))
            throw new RangeError(`"${engine.name}" gave ${probability} for a probability.`);
          stage.broadcast(stage.frame('turn-verdict', { complete: probability >= threshold, probability }));
        } catch (error) {
          if (!question.signal.aborted) throw reported(error);
        } finally {
          limit.clear();
          context.signal.removeEventListener('abort', onOver);
          if (asking === question) asking = undefined;
        }
      };

      return {
        up: { 'user-stopped-speaking': turnOver },
        down: {
          'user-stopped-speaking': turnOver,
          'input-audio': (frame: FrameOf<'input-audio'>) => {
            heardMs = frame.at;
            const mono = frame.channels === 1 ? frame.samples : downmix(frame.samples, frame.channels);
            if (frame.sampleRate === RATE) tail.push(mono);
            else {
              if (resampler?.fromRate !== frame.sampleRate)
                resampler = new Resampler({ fromRate: frame.sampleRate, toRate: RATE });
              tail.push(resampler.process(mono));
            }
            return frame;
          },
          'vad-user-started-speaking': (frame: FrameOf<'vad-user-started-speaking'>) => {
            withdraw();
            turnAtMs ??= frame.speechAtMs - prefixMs;
            return frame;
          },
          'vad-user-stopped-speaking': (frame: FrameOf<'vad-user-stopped-speaking'>, context: HandlerContext) => {
            // The mark does not wait for the opinion on it.
            stage.pushDown(frame);
            withdraw();
            return ask(context);
          },
        },
      };
    },
    { fit: turnModelFit },
  );
}

/** A model that fails now may well answer at the next pause, and the silence goes on to count without it. */
function reported(error: unknown): ServiceError {
  const message = error instanceof Error ? error.message : String(error);
  const category = error instanceof ServiceError ? error.category : 'application';
  return new ServiceError(category, message, { usable: true, cause: error });
}
