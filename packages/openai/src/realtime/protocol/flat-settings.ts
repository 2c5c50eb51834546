import { formatNames, formatOfName, nameOfFormat } from './audio-format.js';
import { isObject, type WireObject } from './wire-object.js';

interface Row {
  /** The member in the beta. */
  readonly flat: string;
  /** Where the same stands today. */
  readonly path: readonly string[];
  readonly read?: (value: unknown) => unknown;
  readonly write?: (value: unknown) => unknown;
  /** What the flat member can be; its complaints then end at that member. */
  readonly words?: readonly string[];
}

const format = { read: formatOfName, write: nameOfFormat, words: formatNames };

/** Settings of sessions and responses: the flat names of the beta, and the places that they moved to. */
const rows: readonly Row[] = [
  { flat: 'modalities', path: ['output_modalities'], read: readModalities, write: writeModalities },
  { flat: 'voice', path: ['audio', 'output', 'voice'], write: (voice) => (isObject(voice) ? voice.id : voice) },
  { flat: 'speed', path: ['audio', 'output', 'speed'] },
  { flat: 'input_audio_format', path: ['audio', 'input', 'format'], ...format },
  { flat: 'output_audio_format', path: ['audio', 'output', 'format'], ...format },
  { flat: 'input_audio_transcription', path: ['audio', 'input', 'transcription'] },
  { flat: 'input_audio_noise_reduction', path: ['audio', 'input', 'noise_reduction'] },
  { flat: 'turn_detection', path: ['audio', 'input', 'turn_detection'] },
  { flat: 'max_response_output_tokens', path: ['max_output_tokens'] },
];
const byFlat = new Map(rows.map((row) => [row.flat, row]));

/** Audio always comes with its words, which the beta says and the names of today do not. */
function readModalities(given: unknown): unknown {
  return Array.isArray(given) && given.length === 2 && given.includes('audio') && given.includes('text') ? ['audio'] : given;
}
function writeModalities(ours: unknown): unknown {
  return Array.isArray(ours) && ours.includes('audio') ? ['text', 'audio'] : ours;
}

/** From the flat settings of the beta to ours; what has no row stays where it is. */
export function fromFlat(flat: WireObject): WireObject {
  const entries = Object.entries(flat);
  let ours: WireObject = Object.fromEntries(entries.filter(([member]) => !byFlat.has(member)));
  for (const [member, value] of entries) {
    const row = byFlat.get(member);
    if (row !== undefined && value !== undefined) ours = placed(ours, row.path, row.read === undefined ? value : row.read(value));
  }
  return ours;
}

/** From our settings to the flat ones. The limit of tokens of a response kept the short name. */
export function toFlat(ours: WireObject, of: 'session' | 'response'): WireObject {
  const flat: Record<string, unknown> = {};
  const moved = new Set(['audio']);
  for (const row of rows) {
    if (of === 'response' && row.flat === 'max_response_output_tokens') continue;
    const [first, ...rest] = row.path;
    if (first === undefined) continue;
    if (rest.length === 0) moved.add(first);
    const value = row.path.reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), ours);
    if (value !== undefined) flat[row.flat] = row.write === undefined ? value : row.write(value);
  }
  return { ...Object.fromEntries(Object.entries(ours).filter(([member]) => !moved.has(member))), ...flat };
}

/** Where a complaint about one of our settings stands in the flat ones, and the words that would do there, if they are few. */
export function flatPlace(path: readonly PropertyKey[]): { path: readonly PropertyKey[]; words?: readonly string[] } {
  const row = rows.find((each) => each.path.every((step, index) => path[index] === step));
  if (row === undefined) return { path };
  if (row.words !== undefined) return { path: [row.flat], words: row.words };
  return { path: [row.flat, ...path.slice(row.path.length)] };
}

function placed(into: WireObject, path: readonly string[], value: unknown): WireObject {
  const [first, ...rest] = path;
  if (first === undefined) return into;
  const inner = into[first];
  return { ...into, [first]: rest.length === 0 ? value : placed(isObject(inner) ? inner : {}, rest, value) };
}
