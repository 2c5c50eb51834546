import { type AcceptorOptions, type ResolvedAcceptorOptions, resolveAcceptorOptions } from '../door/acceptor-options.js';
import { aFunction, checkOptions, lookedAtElsewhere, type OptionRule, type OptionRules } from '../door/check-options.js';
import { type DoorOptions, type ResolvedDoorOptions, resolveDoorOptions } from '../door/door-options.js';
import { acceptorRules, doorRules } from '../door/option-rules.js';
import type { RealtimeRequest } from '../door/realtime-peer.js';
import type { RealtimeLog } from '../door/wire-log.js';
import { checkProvider } from './check-provider.js';
import type { RelayHooks } from './relay-hooks.js';
import type { RelayProvider } from './relay-provider.js';
import { type OpenUpstream, openUpstream } from './upstream.js';

/** Options of `relayRealtime`. */
export interface RelayRealtimeOptions extends AcceptorOptions, DoorOptions {
  /** The server behind, the same for all or chosen by what the client asks for. */
  readonly provider: RelayProvider | ((request: RealtimeRequest) => RelayProvider | Promise<RelayProvider>);
  readonly hooks?: RelayHooks;
  /** Gets each event on the wire of the provider; `log` gets those on the wire of the client. */
  readonly record?: RealtimeLog;
  /** How long a hook may take for one event. @defaultValue 10_000 */
  readonly hookMs?: number;
  /** How long the provider may take to let us in. @defaultValue 10_000 */
  readonly connectMs?: number;
  /** Opens the connection to the provider. @defaultValue a WebSocket */
  readonly connect?: OpenUpstream;
}

export type ResolvedRelayOptions = ResolvedAcceptorOptions &
  ResolvedDoorOptions &
  Required<Pick<RelayRealtimeOptions, 'provider' | 'hooks' | 'hookMs' | 'connectMs' | 'connect'>> &
  Pick<RelayRealtimeOptions, 'record'>;

const theHooks: OptionRule = {
  is: (hooks) =>
    typeof hooks === 'object' &&
    hooks !== null &&
    ('client' in hooks || 'server' in hooks || Object.keys(hooks).length === 0) &&
    [member(hooks, 'client'), member(hooks, 'server')].every((hook) => hook === undefined || typeof hook === 'function'),
  must: 'an object whose members client and server are functions',
};

const rules: OptionRules<RelayRealtimeOptions> = {
  ...acceptorRules,
  ...doorRules,
  provider: lookedAtElsewhere,
  hooks: theHooks,
  record: aFunction,
  hookMs: lookedAtElsewhere,
  connectMs: lookedAtElsewhere,
  connect: aFunction,
};

export function resolveRelayOptions(options: RelayRealtimeOptions): ResolvedRelayOptions {
  checkOptions('relayRealtime', options, rules);
  const { hookMs = 10_000, connectMs = 10_000, hooks = {}, connect = openUpstream } = options;
  for (const [name, value] of Object.entries({ hookMs, connectMs })) {
    if (!(value > 0)) throw new RangeError(`${name} is ${value}; it is a number of milliseconds above 0.`);
  }
  if (typeof options.provider !== 'function') checkProvider(options.provider);
  return { ...options, ...resolveDoorOptions(options), ...resolveAcceptorOptions(options), hookMs, connectMs, hooks, connect };
}

const member = (of: object, name: string): unknown => (name in of ? Reflect.get(of, name) : undefined);
