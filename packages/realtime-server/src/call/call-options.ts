import type { AsyncVadEngine, VadEngine } from '@voxrill/audio';
import type { Clock, Logger } from '@voxrill/core';
import type { RealtimeDialectName, RealtimeRateLimit, RealtimeSessionState } from '@voxrill/openai';
import type { MakePipeline, RealtimeWire } from './call-parts.js';

/** What a detector of turns is to be. */
export interface TurnDetectorSettings {
  /** Rate of the samples that it will be given, samples a second. */
  readonly sampleRate: number;
  /** How sure it must be that there is speech, 0.01 to 0.99. */
  readonly threshold: number;
  /** How long after the last speech it is over, 32 to 10000. */
  readonly silenceMs: number;
}

/** Makes a detector. */
export type MakeTurnDetector = (
  settings: TurnDetectorSettings,
) => VadEngine | AsyncVadEngine | Promise<VadEngine | AsyncVadEngine>;

/** What a call may take. Beyond it the client gets an error, or, at the end of the session, is closed. */
export interface RealtimeCallLimits {
  /** How long a session may last. @defaultValue never ends */
  readonly sessionMs?: number;
  /** Audio that was not committed yet. @defaultValue 600_000 */
  readonly bufferMs?: number;
  /** Items of the conversation. @defaultValue 4_000 */
  readonly items?: number;
  /** Bytes of all texts of the conversation. @defaultValue 33_554_432 (32 MiB) */
  readonly textBytes?: number;
  /** Bytes of audio that are kept for `conversation.item.retrieve`; beyond it the oldest go. @defaultValue 33_554_432 (32 MiB) */
  readonly audioBytes?: number;
  /** Responses beside the conversation at one time. @defaultValue 4 */
  readonly asides?: number;
  /** Bytes of events that wait for the audio before them. @defaultValue 67_108_864 (64 MiB) */
  readonly waitingBytes?: number;
  /** How long a response waits for the transcript of what it answers. @defaultValue 15_000 */
  readonly transcriptMs?: number;
}

/** Options of `RealtimeCall`. */
export interface RealtimeCallOptions {
  readonly wire: RealtimeWire;
  readonly makePipeline: MakePipeline;
  /** What the session begins with; its id names the call. */
  readonly session: RealtimeSessionState;
  readonly dialect: RealtimeDialectName;
  readonly clock: Clock;
  /** @defaultValue `combinedVad` */
  readonly vad?: MakeTurnDetector;
  /** Samples a second of the audio that the pipeline is given. @defaultValue 16_000 */
  readonly inputSampleRate?: number;
  readonly limits?: RealtimeCallLimits;
  /** What `rate_limits.updated` says. @defaultValue a million of each, none used */
  readonly rateLimits?: () => readonly RealtimeRateLimit[];
  /** Makes the ids of events and items; the argument is their prefix. @defaultValue `realtimeIds()` */
  readonly nextId?: (prefix: string) => string;
  /** @defaultValue silent */
  readonly logger?: Logger;
}

export type ResolvedLimits = Required<RealtimeCallLimits>;

export const defaultLimits = {
  sessionMs: Number.POSITIVE_INFINITY,
  bufferMs: 600_000,
  items: 4_000,
  textBytes: 32 * 2 ** 20,
  audioBytes: 32 * 2 ** 20,
  asides: 4,
  waitingBytes: 64 * 2 ** 20,
  transcriptMs: 15_000,
} as const satisfies ResolvedLimits;

/** Throws a `RangeError` that names the limit which is none. */
export function checkLimits(limits: RealtimeCallLimits): void {
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(defaultLimits, name)) {
      throw new RangeError(`limits.${name} is no limit; use ${Object.keys(defaultLimits).join(', ')}.`);
    }
    if (value !== undefined && !(typeof value === 'number' && value >= 0))
      throw new RangeError(`limits.${name} is ${value}; it is a number, 0 or more.`);
  }
}
