/**
 * What a voice-to-voice time is made of, in the order in which it passes. The parts follow each other without a gap, so they
 * add up to the whole. Work that runs beside another part shows only as far as somebody had to wait for it.
 */
export const latencyParts = [
  'silence',
  'stt',
  'decision',
  'context',
  'tools',
  'llm',
  'sentence',
  'tts',
  'transport',
] as const satisfies readonly string[];

export type LatencyPart = (typeof latencyParts)[number];

/** What each figure is, in words to print beside it. */
export const latencyLabels = {
  voiceToVoice: 'voice-to-voice: end of user speech to first answer sample played',
  silence: 'silence window: end of speech to silence detected',
  stt: 'STT: silence detected to final transcript',
  decision: 'decision: to the end of the turn',
  context: 'context: end of turn to first request',
  tools: 'tools: first request to the request that was answered',
  llm: 'LLM: request to first token',
  sentence: 'first sentence: first token to text handed to TTS',
  tts: 'TTS: text to first audio',
  transport: 'transport: first audio to first sample played',
  inferenceTtfb: 'inference TTFB: one request to its first piece; no end of turn, no playout',
  device: 'device (loudspeaker, Bluetooth): unknown; not in any figure',
} as const satisfies Readonly<Record<LatencyPart | 'voiceToVoice' | 'inferenceTtfb' | 'device', string>>;

/** How long one turn of the user waited for its answer, and for what. Milliseconds; `…AtMs` are of the session. */
export interface TurnLatency {
  /** The turn epoch of the answer. */
  readonly turn: number;
  /** For typed text the wait begins where it was sent. */
  readonly input: 'voice' | 'text';
  readonly speechEndedAtMs: number;
  readonly playedAtMs: number;
  /** From the end of the user's speech to the first sample of the answer that was played: what a person waits. */
  readonly voiceToVoiceMs: number;
  /** A part that did not occur is missing; what it would have taken is in the next one. */
  readonly parts: Readonly<Partial<Record<LatencyPart, number>>>;
  /** From the end of speech until the turn was held to be over: silence, STT and decision together. */
  readonly endOfTurnMs: number;
  /** From the end of speech to the final transcript; it overlaps the silence window, so it is no part. */
  readonly transcriptMs?: number;
  /** From the end of speech to the first sample of something that is no answer, such as "one moment". */
  readonly asideMs?: number;
  /**
   * Inference time to first byte, by service: from its request to its first piece. Most tools report only this. It holds
   * neither the end of the turn nor the playout, and is always less than what a person waits.
   */
  readonly inferenceTtfbMs: Readonly<Record<string, number>>;
  /** What the loudspeaker adds cannot be seen from here; Bluetooth can add several hundred milliseconds. */
  readonly device: 'unknown';
}
