import type { FrameKind, FrameOf } from '../frames/frame.js';
import type { LLMUsage, MetricData } from '../frames/frame-map.js';
import { usageOf } from '../services/usage-metrics.js';
import { eachFrameOnce, type ObservedSession } from './each-frame-once.js';

/** What one call of a service has used. */
export interface ServiceUsage {
  readonly processor: string;
  /** What it is billed as, if that is known. */
  readonly model?: string;
  readonly tokens?: LLMUsage;
  /** Characters that were spoken. */
  readonly characters?: number;
  /** Audio that was recognised. */
  readonly audioMs?: number;
}

const kinds: ReadonlySet<FrameKind> = new Set<FrameKind>(['metrics', 'transcription', 'service-metadata']);

/** More services than any pipeline has. */
const maxServices = 64;

/**
 * Calls back for each use of a service that is told of in a session: tokens and characters from `metrics` frames, the model
 * from a metric's label `model` or from `service-metadata`. The returned function ends it.
 *
 * What a recogniser has heard is told by its metric `audio-ms`, as every `STTService` sends it before each final transcript.
 * Of one that sends none before its first final transcript the audio is reckoned from the stretch that each transcript covers,
 * from the onset of speech to its end; what a provider bills may hold some hundred milliseconds of silence more. What an
 * end-to-end model has heard is among its tokens, and is not reckoned again.
 *
 * Most providers tell the usage of a request last. One that was cut off, by an interruption say, tells none and is billed all
 * the same, so in a call with many interruptions the true sum is somewhat higher.
 *
 * @example
 * ```ts
 * const session = createSession(pipeline(defineProcessor('nothing', {})));
 * observeUsage(session, ({ processor, tokens }) => console.log(processor, tokens?.cachedPromptTokens));
 * ```
 */
export function observeUsage(session: ObservedSession, onUsage: (usage: ServiceUsage) => void): () => void {
  const models = new Map<string, string>();
  /** Whose audio is told by a metric, or is among the tokens. */
  const tellsOtherwise = new Set<string>();
  const modelOf = (processor: string): { readonly model?: string } => {
    const model = models.get(processor);
    return model === undefined ? {} : { model };
  };

  const learn = ({ processor, model, service }: FrameOf<'service-metadata'>): void => {
    if (service === 'realtime' && tellsOtherwise.size < maxServices) tellsOtherwise.add(processor);
    if (model !== undefined && (models.size < maxServices || models.has(processor))) models.set(processor, model);
  };
  const heard = (processor: string, { startMs, endMs }: FrameOf<'transcription'>): void => {
    if (tellsOtherwise.has(processor) || endMs <= startMs) return;
    onUsage({ processor, ...modelOf(processor), audioMs: endMs - startMs });
  };
  const measured = ({ metrics }: FrameOf<'metrics'>, from: string): void => {
    for (const [processor, own] of byService(metrics, from)) {
      const tokens = usageOf(own);
      const characters = own.find(({ name }) => name === 'characters')?.value;
      const audioMs = own.find(({ name }) => name === 'audio-ms')?.value;
      if (audioMs !== undefined && tellsOtherwise.size < maxServices) tellsOtherwise.add(processor);
      if (tokens === undefined && characters === undefined && audioMs === undefined) continue;
      const label = own.find(({ labels }) => typeof labels?.model === 'string')?.labels?.model;
      onUsage({
        processor,
        ...(typeof label === 'string' ? { model: label } : modelOf(processor)),
        ...(tokens === undefined ? {} : { tokens }),
        ...(characters === undefined ? {} : { characters }),
        ...(audioMs === undefined ? {} : { audioMs }),
      });
    }
  };

  return eachFrameOnce(session, {
    kinds,
    see: ({ frame, from }) => {
      if (frame.kind === 'metrics') measured(frame, from);
      else if (frame.kind === 'transcription') heard(from, frame);
      else if (frame.kind === 'service-metadata') learn(frame);
    },
  });
}

/** Mostly all metrics of a frame are of one service. */
function byService(metrics: readonly MetricData[], from: string): Map<string, MetricData[]> {
  const services = new Map<string, MetricData[]>();
  for (const metric of metrics) {
    const { processor = from } = metric;
    const known = services.get(processor);
    if (known === undefined) services.set(processor, [metric]);
    else known.push(metric);
  }
  return services;
}
