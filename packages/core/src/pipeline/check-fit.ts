import type { FrameKind } from '../frames/frame.js';
import type { FrameNeed, FrameProcessor } from '../processor/frame-processor.js';

type Kinds = ReadonlySet<FrameKind> | 'any';

/** Which stage makes a kind, for the advice in the message; only kinds whose maker has a usual name. */
const usualMaker: Partial<Record<FrameKind, string>> = {
  'input-audio': 'a transport input',
  transcription: 'a speech-to-text service',
  'llm-context': 'the user side of a context pair',
  'llm-text': 'a language model service',
  'tts-audio': 'a text-to-speech service',
  'vad-user-started-speaking': 'voiceActivity()',
};

/** Says in sentences what does not fit in a pipeline; nothing when all does. */
export function unfit(root: FrameProcessor): string[] {
  const complaints: string[] = [];
  walk(root, new Set(), emittedBy(root), complaints);
  return complaints;
}

function walk(stage: FrameProcessor, before: Kinds, all: Kinds, complaints: string[]): Kinds {
  const { composition } = stage;
  if (composition?.kind === 'series') {
    return composition.parts.reduce<Kinds>((available, part) => walk(part, available, all, complaints), before);
  }
  if (composition?.kind === 'parallel') {
    return composition.parts.map((part) => walk(part, before, all, complaints)).reduce(union, before);
  }
  for (const need of stage.fit?.needs ?? []) {
    if (!met(need, before)) complaints.push(complaint(stage.name, need, 'no stage before it makes them', 'before it'));
  }
  for (const need of stage.fit?.needsAnywhere ?? []) {
    if (!met(need, all)) complaints.push(complaint(stage.name, need, 'no stage of the pipeline makes them', 'into the pipeline'));
  }
  return union(before, emittedBy(stage));
}

function emittedBy(stage: FrameProcessor): Kinds {
  if (stage.composition !== undefined) return stage.composition.parts.map(emittedBy).reduce(union, new Set<FrameKind>());
  return stage.fit?.emits === undefined ? 'any' : new Set(stage.fit.emits);
}

function union(a: Kinds, b: Kinds): Kinds {
  return a === 'any' || b === 'any' ? 'any' : new Set([...a, ...b]);
}

function met(need: FrameNeed, available: Kinds): boolean {
  return available === 'any' || kindsOf(need).some((kind) => available.has(kind));
}

function kindsOf(need: FrameNeed): readonly FrameKind[] {
  return typeof need === 'string' ? [need] : need;
}

function complaint(name: string, need: FrameNeed, lack: string, where: string): string {
  const kinds = kindsOf(need);
  const maker = kinds.map((kind) => usualMaker[kind]).find((usual) => usual !== undefined);
  const advice = maker === undefined ? '' : `; put ${maker} ${where}`;
  return `"${name}" needs ${kinds.join(' or ')} frames, and ${lack}${advice}.`;
}
