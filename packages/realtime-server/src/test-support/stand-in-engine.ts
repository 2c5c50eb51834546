import {
  encodeAudio,
  invalidRequest,
  mergeSession,
  type ParsedRealtimeEvent,
  type RealtimeClientEvent,
  type RealtimeSessionState,
  realtimeServerEvents,
  unknownEventError,
} from '@voxrill/openai';
import type { EngineSeed } from '../door/engine-endpoint.js';
import type { RealtimeEngine } from '../door/served-call.js';

/** What a {@link standInEngine} does otherwise. */
export interface StandInOptions {
  /** Called with each event; what it throws is thrown. */
  readonly onReceive?: (parsed: ParsedRealtimeEvent<RealtimeClientEvent>) => void;
  /** `start` waits for it. */
  readonly ready?: Promise<void>;
  /** PCM of the deltas that `response.create` is answered with, again and again. */
  readonly speech?: readonly Uint8Array[];
}

/** Answers as a server does that knows no conversation: enough for what stands before it. */
export function standInEngine(seed: EngineSeed, options: StandInOptions = {}): RealtimeEngine {
  const say = realtimeServerEvents(() => seed.nextId('event'));
  const { wire } = seed;
  let session: RealtimeSessionState = seed.session;
  let over: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    over = resolve;
  });
  return {
    dialect: seed.dialect,
    done,
    async start() {
      await options.ready;
      wire.send(say.sessionCreated(session));
    },
    receive(parsed) {
      options.onReceive?.(parsed);
      if (parsed.kind === 'invalid') return wire.send(say.error(parsed.error));
      if (parsed.kind === 'unknown') return wire.send(say.error(unknownEventError(parsed.type, parsed.eventId)));
      const { event } = parsed;
      switch (event.type) {
        case 'session.update':
          session = mergeSession(session, event.session);
          return wire.send(say.sessionUpdated(session));
        case 'input_audio_buffer.append':
          return;
        case 'input_audio_buffer.clear':
          return wire.send(say.audioCleared());
        case 'conversation.item.delete':
          return wire.send(say.itemDeleted(event.item_id));
        case 'response.create': {
          const part = { response_id: seed.nextId('resp'), item_id: seed.nextId('item'), output_index: 0, content_index: 0 };
          for (const audio of options.speech ?? []) {
            wire.send({
              type: 'response.output_audio.delta',
              event_id: seed.nextId('event'),
              ...part,
              delta: encodeAudio(audio),
            });
          }
          return wire.send({ type: 'response.output_audio.done', event_id: seed.nextId('event'), ...part });
        }
        default:
          return wire.send(
            say.error(invalidRequest('not_here', 'The stand-in does not know this.', { eventId: event.event_id ?? undefined })),
          );
      }
    },
    close: () => over(),
  };
}
