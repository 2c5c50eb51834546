import type { FrameOf } from '../frames/frame.js';
import type { Session } from '../session/session.js';
import type { ScriptKind } from './stage-spec.js';

/** A frame of the present turn with the least payload. */
export function makeFrame(session: Pick<Session, 'frame'>, kind: ScriptKind): FrameOf<ScriptKind> {
  switch (kind) {
    case 'llm-text':
      return session.frame(kind, { text: 'x', response: 'r' });
    case 'transcription':
      return session.frame(kind, { text: 'x', utterance: 'u', startMs: 0, endMs: 1 });
    case 'input-audio':
      return session.frame(kind, { samples: noSamples, sampleRate: 16_000, channels: 1 });
    case 'metrics':
      return session.frame(kind, { metrics: [] });
  }
}

const noSamples = new Int16Array(0);
