import { type ChatMessage, utterancesOf } from '@voxrill/core';
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
  /** How the service finds turns, if it does. */
  readonly detection: RealtimeTurnDetection | undefined;
}

/**
 * Tells a new connection the conversation. What the one before had heard and nobody has understood yet goes in as sound where
 * it was said, as if it were being said now, but to no detector: so it is written down too, and answered if it is the last.
 */
export function tellAnew({ side, audio, speech, known, detection }: ToldAnew): void {
  const { messages, tools } = known;
  const firstSaid = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  let told = firstSaid === -1 ? messages.length : firstSaid;
  let listening = true;
  const listen = (on: boolean): void => {
    if (detection === undefined || listening === on) return;
    listening = on;
    const turnDetection = on ? detection : null;
    side.send([realtimeClientEvents.updateSession({ type: 'realtime', audio: { input: { turn_detection: turnDetection } } })]);
  };
  const tell = ({ audio: sound, itemBefore, behind, after }: ToldTurn): void => {
    const written = messages.findLastIndex((one) => after !== undefined && utterancesOf(one).includes(after));
    told = Math.max(told, endOf(messages, behind), written + 1);
    side.take({ messages: messages.slice(0, told), tools });
    listen(false);
    speech.unnamed(itemBefore);
    side.send([realtimeClientEvents.appendAudio(sound), realtimeClientEvents.commitAudio()]);
  };
  audio.restore(tell, () => {
    side.take(known);
    listen(true);
  });
}

/** Where the messages up to this one end; it may have become longer since. At the end if it is there no more. */
function endOf(messages: readonly ChatMessage[], behind: ChatMessage | undefined): number {
  if (behind === undefined) return 0;
  const names = utterancesOf(behind);
  const index = messages.findLastIndex((one) => one === behind || utterancesOf(one).some((name) => names.includes(name)));
  return index === -1 ? messages.length : index + 1;
}
