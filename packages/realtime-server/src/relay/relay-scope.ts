import type { WireEnd } from '../door/wire-end.js';
import type { ProviderEnd } from './provider-end.js';
import type { RelayCall } from './relay-hooks.js';
import type { ResolvedRelayOptions } from './relay-options.js';

/** What the two directions of a relayed call share. */
export interface RelayScope {
  readonly client: WireEnd;
  readonly provider: ProviderEnd;
  readonly options: ResolvedRelayOptions;
  readonly call: RelayCall;
  /** What waits has become more or less. */
  readonly changed: () => void;
}
