import type { Clock, Logger } from '@voxrill/core';
import {
  defaultSession,
  dialectOfConnection,
  mergeSession,
  type RealtimeDialectName,
  type RealtimeSession,
  type RealtimeSessionState,
  realtimeIds,
} from '@voxrill/openai';
import { type AcceptorOptions, resolveAcceptorOptions } from './acceptor-options.js';
import { askedModel } from './asked-model.js';
import type { RealtimeCallInfo } from './call-info.js';
import { CallRecord } from './call-record.js';
import { fencedHook } from './fenced-hook.js';
import { OpenCalls, type RealtimeCallCounts } from './open-calls.js';
import type { RealtimeAcceptor } from './realtime-peer.js';
import { queryOf } from './route.js';
import { type EngineWire, type RealtimeEngine, ServedCall } from './served-call.js';
import { WireEnd } from './wire-end.js';

/** Takes clients in, whatever they are connected by. */
export interface RealtimeEndpoint extends RealtimeAcceptor {
  /** The calls that are under way. */
  readonly calls: readonly RealtimeCallInfo[];
  readonly counts: RealtimeCallCounts;
  /** Lets calls end by themselves for `drainMs`, 0 if nothing is said, then ends them. Always comes to an end. */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}

/** What an engine is made with. */
export interface EngineSeed {
  readonly wire: EngineWire;
  readonly session: RealtimeSessionState;
  readonly dialect: RealtimeDialectName;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly nextId: (prefix: string) => string;
}

/** Options of {@link engineEndpoint}. */
export interface EngineEndpointOptions extends AcceptorOptions {
  /** The model that a session has whose client asks for none: any text, as is what clients ask for. @defaultValue 'voxrill' */
  readonly model?: string;
  /** What sessions begin with, over the defaults of the protocol. */
  readonly session?: RealtimeSession;
  /** Refuses the beta as the service does since May 2026: error `beta_api_shape_disabled`, close code 4000. @defaultValue false */
  readonly refuseBeta?: boolean;
  /** How long a session may last; clients are told when it begins, and get the error `session_expired`. @defaultValue never ends */
  readonly sessionMs?: number;
  /** Makes the ids of sessions, events and items; the argument is their prefix. @defaultValue `realtimeIds()` */
  readonly nextId?: (prefix: string) => string;
}

/** Gives each client that comes an engine of its own. */
export function engineEndpoint(
  makeEngine: (seed: EngineSeed) => RealtimeEngine,
  options: EngineEndpointOptions,
): RealtimeEndpoint {
  const common = resolveAcceptorOptions(options);
  const { clock, logger } = common;
  const nextId = options.nextId ?? realtimeIds();
  const calls = new OpenCalls(clock);
  const log = fencedHook('log', options.log, logger);
  const onCall = fencedHook('onCall', options.onCall, logger);
  const { sessionMs } = options;

  return {
    accept(request, peer) {
      const id = nextId('sess');
      const guessed = common.dialect === 'auto';
      const record = new CallRecord({
        id,
        model: askedModel(request) ?? options.model ?? 'voxrill',
        url: request.url,
        dialect: common.dialect === 'auto' ? dialectOfConnection(request) : common.dialect,
        close: (code, reason) => call.close(code, reason),
      });
      const session = () => {
        const given = [options.session, request.session, transcribes(request.url) ? transcription : undefined];
        return given.reduce<RealtimeSessionState>(
          (state, update) => (update === undefined ? state : mergeSession(state, update)),
          defaultSession({
            id,
            model: record.info.model,
            dialect: record.dialect,
            ...(sessionMs === undefined ? {} : { expiresAt: Math.floor((common.wallClock().getTime() + sessionMs) / 1000) }),
          }),
        );
      };
      const call = new ServedCall({
        wire: new WireEnd(peer, record, log, nextId),
        makeEngine: (wire) => makeEngine({ wire, session: session(), dialect: record.dialect, clock, logger, nextId }),
        guessed,
        refuseBeta: options.refuseBeta ?? false,
        startDelayMs: common.startDelayMs,
        idleMs: common.idleMs,
        maxWaitingBytes: common.maxWaitingBytes,
        clock,
        logger,
      });
      calls.add(call);
      onCall?.(call.info);
      return call;
    },
    get calls() {
      return calls.list;
    },
    get counts() {
      return calls.counts;
    },
    close: ({ drainMs = 0 } = {}) => calls.close(drainMs, common.closeMs),
  };
}

const transcription: RealtimeSession = { type: 'transcription' };

/** Whether a client connects for transcripts only. */
const transcribes = (url: string): boolean => queryOf(url).get('intent') === 'transcription';
