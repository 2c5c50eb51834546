import {
  mergeSession,
  type RealtimeClientEventOf,
  type RealtimeDialectName,
  type RealtimeErrorDetail,
  type RealtimeSessionState,
  unknownParameterError,
} from '@voxrill/openai';
import { familyOf } from '../door/wire-log.js';
import { cannotUpdateVoice } from '../response/response-desk.js';
import { unsupportedSettings } from '../response/unsupported-settings.js';

/** A session after an update, or why it stays as it was. */
export type UpdatedSession =
  | { readonly kind: 'updated'; readonly session: RealtimeSessionState }
  | { readonly kind: 'refused'; readonly error: RealtimeErrorDetail };

/** An update holds as a whole or not at all. */
export function updatedSession(
  session: RealtimeSessionState,
  { session: update, event_id }: RealtimeClientEventOf<'session.update'>,
  about: { readonly dialect: RealtimeDialectName; readonly unfamiliar: readonly string[]; readonly voiceUsed: boolean },
): UpdatedSession {
  const eventId = event_id ?? undefined;
  const refuse = (error: RealtimeErrorDetail): UpdatedSession => ({ kind: 'refused', error });
  const unsupported = update.type === 'realtime' ? unsupportedSettings(update, 'session', eventId) : undefined;
  if (unsupported !== undefined) return refuse(unsupported);
  const [unknown] = about.unfamiliar;
  if (unknown !== undefined && familyOf(about.dialect) === 'ga') return refuse(unknownParameterError(unknown, eventId));
  const merged = mergeSession(session, update);
  const [old, wanted] = [session.audio.output.voice, merged.audio.output.voice];
  if (about.voiceUsed && JSON.stringify(old) !== JSON.stringify(wanted)) return refuse(cannotUpdateVoice(eventId));
  return { kind: 'updated', session: merged };
}
