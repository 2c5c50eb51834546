import type { PcmAudio } from '@voxrill/core';
import { requireWithin } from '../vad/vad-options.js';
import { LevelTrack, percentileOf, type SpeechSpan, speechSpans } from './speech-spans.js';

/** A recording of a call with one side on each channel: whole, or as a stream like that of `openWav`. */
export type StereoAudio = PcmAudio | (AsyncIterable<Int16Array> & Pick<PcmAudio, 'sampleRate' | 'channels'>);

/** Options of {@link voiceToVoice}. */
export interface VoiceToVoiceOptions {
  /** On which channel the user is. @defaultValue 'left' */
  readonly userChannel?: 'left' | 'right';
  /** How far above the background of its channel speech begins, in dB. @defaultValue 10 */
  readonly aboveFloorDb?: number;
  /** What is softer than this is never speech, in dBFS. @defaultValue -60 */
  readonly minLevelDb?: number;
  /** A pause shorter than this does not end what is being said. @defaultValue 200 */
  readonly pauseMs?: number;
}

/** The agent answers; milliseconds of the recording. */
export interface MeasuredTurn {
  readonly userEndMs: number;
  readonly agentStartMs: number;
  /** From the end of the user's speech to the first sound of the agent's; below 0 when the agent did not wait for the end. */
  readonly latencyMs: number;
}

/** The user begins to speak while the agent is heard. */
export interface MeasuredBargeIn {
  readonly userStartMs: number;
  readonly agentEndMs: number;
  /** How long the agent was still heard after that. */
  readonly audibleMs: number;
}

/** What the waveforms of a call say of its pace. */
export interface VoiceToVoiceReport {
  readonly durationMs: number;
  readonly turns: readonly MeasuredTurn[];
  readonly bargeIns: readonly MeasuredBargeIn[];
  /** Where both are heard at once. */
  readonly overlaps: readonly SpeechSpan[];
  /** Of the turns, in milliseconds, by nearest rank; undefined when there are none. */
  readonly latency: { readonly p50: number; readonly p90: number; readonly p95: number; readonly max: number } | undefined;
}

/**
 * Measures a call from its recording alone, as a listener would: from where the user's voice ends to where the agent's begins.
 * What no server's log knows is in it: detection, networks, buffers. Edges are told by level, exact to about 5 ms; speech that
 * the user goes on with before the agent begins belongs to the same turn.
 *
 * @throws RangeError when the audio is not stereo, or an option is out of its range.
 *
 * @example
 * ```ts
 * const { latency, turns } = await voiceToVoice(await openWav('call.wav', { channels: 2 }));
 * console.log(`${turns.length} turns, half of them within ${latency?.p50} ms`);
 * ```
 */
export async function voiceToVoice(audio: StereoAudio, options: VoiceToVoiceOptions = {}): Promise<VoiceToVoiceReport> {
  const { userChannel = 'left', aboveFloorDb = 10, minLevelDb = -60, pauseMs = 200 } = options;
  if (audio.channels !== 2)
    throw new RangeError(`voiceToVoice: the recording has ${audio.channels} channel(s); it takes one a side.`);
  requireWithin('voiceToVoice: aboveFloorDb', aboveFloorDb, 1, 60);
  requireWithin('voiceToVoice: minLevelDb', minLevelDb, -100, 0);
  requireWithin('voiceToVoice: pauseMs', pauseMs, 30, 10_000);
  const left = new LevelTrack(audio.sampleRate);
  const right = new LevelTrack(audio.sampleRate);
  let samples = 0;
  for await (const chunk of 'samples' in audio ? [audio.samples] : audio) {
    for (let i = 0; i + 1 < chunk.length; i += 2) {
      left.push(chunk[i] ?? 0);
      right.push(chunk[i + 1] ?? 0);
    }
    samples += chunk.length / 2;
  }
  const spansOf = (track: LevelTrack) => speechSpans(track.levels, { aboveFloorDb, minLevelDb, pauseMs });
  const [user, agent] = userChannel === 'left' ? [spansOf(left), spansOf(right)] : [spansOf(right), spansOf(left)];
  const turns = turnsOf(user, agent);
  const sorted = turns.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
  const [p50, p90, p95, max] = [50, 90, 95, 100].map((percent) => percentileOf(sorted, percent));
  const known = p50 !== undefined && p90 !== undefined && p95 !== undefined && max !== undefined;
  return {
    durationMs: (samples / audio.sampleRate) * 1000,
    turns,
    bargeIns: bargeInsOf(user, agent),
    overlaps: overlapsOf(user, agent),
    latency: known ? { p50, p90, p95, max } : undefined,
  };
}

/** The first sound of the agent behind each end of the user's speech, if the user has not gone on before. */
function turnsOf(user: readonly SpeechSpan[], agent: readonly SpeechSpan[]): MeasuredTurn[] {
  return user.flatMap(({ startMs, endMs }, i): MeasuredTurn[] => {
    const goesOnMs = user[i + 1]?.startMs ?? Number.POSITIVE_INFINITY;
    const cutIn = agent.find((span) => span.startMs > startMs && span.startMs < endMs && span.endMs > endMs);
    const talksOn = agent.some((span) => span.startMs <= startMs && span.endMs > endMs);
    const answer = cutIn ?? agent.find((span) => span.startMs >= endMs && span.startMs < goesOnMs);
    if (answer === undefined || talksOn) return [];
    return [{ userEndMs: endMs, agentStartMs: answer.startMs, latencyMs: answer.startMs - endMs }];
  });
}

function bargeInsOf(user: readonly SpeechSpan[], agent: readonly SpeechSpan[]): MeasuredBargeIn[] {
  return user.flatMap(({ startMs }) => {
    const cut = agent.find((span) => span.startMs < startMs && span.endMs > startMs);
    return cut === undefined ? [] : [{ userStartMs: startMs, agentEndMs: cut.endMs, audibleMs: cut.endMs - startMs }];
  });
}

function overlapsOf(user: readonly SpeechSpan[], agent: readonly SpeechSpan[]): SpeechSpan[] {
  const overlaps = user.flatMap((mine) =>
    agent.map((theirs) => ({ startMs: Math.max(mine.startMs, theirs.startMs), endMs: Math.min(mine.endMs, theirs.endMs) })),
  );
  return overlaps.filter(({ startMs, endMs }) => endMs > startMs);
}
