import type { RealtimeAudioFormat } from './schema/session-schema.js';

const formats = [
  { wire: 'pcm16', type: 'audio/pcm', sampleRate: 24000, bytesPerMs: 48 },
  { wire: 'g711_ulaw', type: 'audio/pcmu', sampleRate: 8000, bytesPerMs: 8 },
  { wire: 'g711_alaw', type: 'audio/pcma', sampleRate: 8000, bytesPerMs: 8 },
] as const;

export const formatNames: readonly string[] = formats.map(({ wire }) => wire);

/** From the word of the beta; what is none becomes a type that nobody knows, for the check to name. Azure's own client wrote a hyphen. */
export function formatOfName(name: unknown): unknown {
  if (typeof name !== 'string') return name;
  const known = formats.find(({ wire }) => wire === name.replace('-', '_'));
  if (known === undefined) return { type: name };
  return known.type === 'audio/pcm' ? { type: known.type, rate: known.sampleRate } : { type: known.type };
}

/** To the word of the beta. */
export const nameOfFormat = (format: unknown): unknown =>
  typeof format === 'object' && format !== null && 'type' in format
    ? (formats.find(({ type }) => type === format.type)?.wire ?? format.type)
    : format;

/**
 * What a format of the Realtime protocol amounts to: samples a second, and bytes a millisecond, of mono audio.
 *
 * @example
 * ```ts
 * console.log(realtimeAudioRate({ type: 'audio/pcmu' }).sampleRate); // 8000
 * ```
 */
export function realtimeAudioRate(format: RealtimeAudioFormat): { readonly sampleRate: number; readonly bytesPerMs: number } {
  const known = formats.find(({ type }) => type === format.type);
  if (known === undefined)
    throw new RangeError(`No Realtime audio is "${format.type}": use audio/pcm, audio/pcmu or audio/pcma.`);
  return { sampleRate: known.sampleRate, bytesPerMs: known.bytesPerMs };
}
