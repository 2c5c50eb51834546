import { wallTime } from '../clock/wall-time.js';
import type { Frame, FrameKind } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { FrameHandler, StageScope } from '../processor/handler.js';
import { ServiceError } from '../services/service-error.js';
import { sendWithRetries } from '../tools/webhook/send-with-retries.js';
import { type Deliver, Outbox } from './outbox.js';
import { RecentlySeen } from './recently-seen.js';
import { payloadOf, webhookBody } from './webhook-event.js';

const usualKinds = ['tool-result', 'error', 'metrics', 'user-stopped-speaking', 'bot-spoke', 'end', 'cancel'] as const;

const audioKinds: ReadonlySet<FrameKind> = new Set<FrameKind>(['input-audio', 'tts-audio']);

/** Of an answer, for the error if there is one. */
const maxBytes = 4_096;

/** A frame that is broadcast may come by both ways, and from several branches. */
const maxRemembered = 256;

/** Options of {@link webhooks}. */
export interface WebhooksOptions {
  readonly url: string | URL;
  /**
   * Which frames are posted; of `bot-spoke` only what is over.
   * @defaultValue tool results, errors, metrics, the ends of the user's turns, what the bot has said, the end of the session
   */
  readonly kinds?: readonly FrameKind[];
  readonly headers?: Readonly<Record<string, string>>;
  /** How long one attempt may take, the answer included; then it has failed. @defaultValue 5_000 */
  readonly timeoutMs?: number;
  /** How often an event is tried again. @defaultValue 2 */
  readonly retries?: number;
  /** Wait before the second attempt; doubles with each further one. @defaultValue 250 */
  readonly backoffMs?: number;
  /** How many events may wait; beyond it the oldest is lost. @defaultValue 1_000 */
  readonly maxWaiting?: number;
  /** How long the last post may take, which tells of the end of the session; less than the session's `closeMs`. @defaultValue 1_500 */
  readonly lastMs?: number;
  /** @defaultValue 'webhooks' */
  readonly name?: string;
  /** @defaultValue the `fetch` of the platform */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * A stage that posts what happens in a session to an HTTP endpoint: one JSON object an event, see {@link WebhookEvent}, in
 * order, beside the stream, which never waits for it. Tried again is what could not connect, took too long, or was answered
 * with 429 or 5xx, always with the same `Idempotency-Key`: it is made of the id of the session, the name of the stage and a
 * count. A graceful end of the session waits until all is posted; at a cancel only the end itself is, with the number of
 * events that were lost in its `data.lost`. An endpoint that fails is told once in an error frame, until it works again.
 * Errors go up: to see those of all stages, it stands before them.
 *
 * @example
 * ```ts
 * const monitoring = webhooks({ url: 'https://ops.example/calls', headers: { authorization: 'Bearer …' } });
 * const billing = webhooks({ name: 'billing', url: 'https://billing.example/usage', kinds: ['metrics', 'end', 'cancel'] });
 * ```
 */
export function webhooks(options: WebhooksOptions): FrameProcessor<{ readonly emits: readonly [] }> {
  const settings = resolve(options);
  return defineProcessor(
    settings.name,
    (stage) => {
      const poster = new Poster(stage, settings);
      const see: FrameHandler = (frame) => {
        try {
          poster.see(frame);
        } catch (error) {
          // Told from here upwards, so that it does not come by itself.
          stage.fail(error);
        }
        return frame;
      };
      const handlers = Object.fromEntries(settings.kinds.map((kind) => [kind, see]));
      return { down: handlers, up: handlers };
    },
    { fit: { emits: [] } as const },
  );
}

type Settings = Required<Omit<WebhooksOptions, 'fetch' | 'url'>> & { readonly url: URL; readonly send: Deliver<Post> };

interface Post {
  readonly id: string;
  readonly body: string;
  /** The last one has less time, and no second attempt. */
  readonly last?: true;
}

/** Makes events of the frames of one session, and has them posted. */
class Poster {
  readonly #stage: StageScope;
  readonly #settings: Settings;
  readonly #outbox: Outbox<Post>;
  readonly #seen = new RecentlySeen<number>(maxRemembered);
  #count = 0;
  #lastFrame: Frame | undefined;

  constructor(stage: StageScope, settings: Settings) {
    const { name, maxWaiting, send } = settings;
    this.#stage = stage;
    this.#settings = settings;
    const onTrouble = (error: Error): void => stage.fail(this.#trouble(error));
    this.#outbox = new Outbox(stage.session, { name, maxWaiting, deliver: send, onTrouble });
    stage.session.onClose(() => this.#close());
  }

  see(frame: Frame): void {
    if (frame.kind === 'bot-spoke' && frame.state === 'playing') return;
    if (!this.#seen.first(frame.id)) return;
    // It is posted when the session has closed, because only then it is known what was lost.
    if (frame.kind === 'end' || frame.kind === 'cancel') this.#lastFrame = frame;
    else this.#outbox.push(this.#post(frame, payloadOf(frame)));
  }

  #post(frame: Frame, data: unknown): Post {
    const { session } = this.#stage;
    const { kind, at: atMs, turn } = frame;
    const id = [session.id, this.#settings.name, ++this.#count].map(encodeURIComponent).join('/');
    return { id, body: webhookBody({ id, session: session.id, kind, atMs, time: wallTime().toISOString(), turn }, data) };
  }

  #trouble(cause: unknown): ServiceError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new ServiceError('connectivity', `"${this.#settings.name}" could not post everything. ${why}`, { cause });
  }

  async #close(): Promise<void> {
    this.#outbox.close();
    const frame = this.#lastFrame;
    if (frame === undefined) return;
    const post = this.#post(frame, { ...payloadOf(frame), lost: this.#outbox.lost });
    // The signal of the session has fired already; this has a deadline of its own.
    const host = { clock: this.#stage.session.clock, signal: new AbortController().signal };
    await this.#settings.send({ ...post, last: true }, host).catch((error: unknown) => {
      throw this.#trouble(error);
    });
  }
}

function resolve(options: WebhooksOptions): Settings {
  const { kinds = usualKinds, headers = {}, name = 'webhooks', fetch } = options;
  const { timeoutMs = 5_000, retries = 2, backoffMs = 250, maxWaiting = 1_000, lastMs = 1_500 } = options;
  const url = new URL(options.url);
  if (!/^https?:$/u.test(url.protocol)) throw new TypeError(`The url of "${name}" is ${url.href}; it begins with http or https.`);
  const audio = kinds.find((kind) => audioKinds.has(kind));
  if (audio !== undefined) throw new TypeError(`"${name}" cannot post ${audio} frames; leave them out of kinds.`);
  for (const [option, value, least] of [
    ['timeoutMs', timeoutMs, 1],
    ['retries', retries, 0],
    ['backoffMs', backoffMs, 0],
    ['maxWaiting', maxWaiting, 1],
    ['lastMs', lastMs, 1],
  ] as const) {
    if (!(value >= least)) throw new RangeError(`${option} of "${name}" is ${value}; it is a number, ${least} or more.`);
  }
  const send: Deliver<Post> = ({ id, body, last }, host) => {
    const all = { 'content-type': 'application/json', 'idempotency-key': id, ...headers };
    const patience = last ? { timeoutMs: Math.min(timeoutMs, lastMs), retries: 0 } : { timeoutMs, retries };
    const how = { ...patience, backoffMs, maxBytes, ...(fetch === undefined ? {} : { fetch }) };
    return sendWithRetries(url, { method: 'POST', headers: all, body }, how, host);
  };
  return { url, kinds, headers, name, timeoutMs, retries, backoffMs, maxWaiting, lastMs, send };
}
