import { realtimeClientEvents } from '../protocol/client-events.js';
import type { RealtimeTurnDetection } from '../protocol/schema/session-schema.js';
import type { Known, SessionSide } from './session-side.js';
import type { ToldTurn, UserAudio } from './user-audio.js';
import type { UserSpeech } from './user-speech.js';

/** What a new connection is told of. */
export interface ToldAnew {
  readonly side: SessionSide;
  readonly audio: UserAudio;
  readonly speech: UserSpeech;
  readonly known: Known;
  /** Who finds the turns of the service, if it does. */
  readonly detection: RealtimeTurnDetection | undefined;
}

/**
 * Tells a new connection what the one before had heard and nobody has understood yet. What was said last goes as if it were
 * being said now, without a detector, so that it is written down too; what has been followed by something else goes where it
 * belongs, as sound.
 */
export function tellAnew({ side, audio, speech, known, detection }: ToldAnew): void {
  const last = known.messages.at(-1);
  let listening = true;
  const listen = (on: boolean): void => {
    if (detection === undefined || listening === on) return;
    listening = on;
    const turnDetection = on ? detection : null;
    side.send([realtimeClientEvents.updateSession({ type: 'realtime', audio: { input: { turn_detection: turnDetection } } })]);
  };
  const tell = ({ audio: sound, itemBefore, behind }: ToldTurn): string | undefined => {
    if (behind === last) {
      listen(false);
      speech.unnamed(itemBefore);
      side.send([realtimeClientEvents.appendAudio(sound), realtimeClientEvents.commitAudio()]);
      return undefined;
    }
    const id = side.mirror.nextId();
    const after = side.mirror.placeBehind(behind) ?? 'root';
    side.mirror.has(id);
    speech.renamed(itemBefore, id);
    const item = { id, type: 'message', role: 'user', content: [{ type: 'input_audio', audio: sound }] } as const;
    side.send([realtimeClientEvents.createItem(item, after)]);
    return id;
  };
  audio.restore(tell, () => listen(true));
}
