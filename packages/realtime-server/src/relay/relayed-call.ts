import { invalidRequest, type RealtimeErrorDetail, type RealtimeSession } from '@voxrill/openai';
import { IdleWatch } from '../door/idle-watch.js';
import type { OpenCall } from '../door/open-calls.js';
import { backlogBytes, type RealtimePeer, type RealtimeReceiver, type RealtimeRequest } from '../door/realtime-peer.js';
import { binaryFrame, type WireEnd } from '../door/wire-end.js';
import { within } from '../door/within.js';
import { ProviderEnd } from './provider-end.js';
import { type ProviderTarget, providerTarget } from './provider-target.js';
import type { ResolvedRelayOptions } from './relay-options.js';
import type { RelayScope } from './relay-scope.js';
import { ToClient } from './to-client.js';
import { ToProvider } from './to-provider.js';
import type { ProviderRefusal } from './upstream.js';

const connectionLost: ProviderRefusal = {
  code: 'provider_connection_lost',
  message: 'The connection to the provider was lost.',
};

/** One client and the provider behind it: connects, holds the faster side back, and ends both when one does. */
export class RelayedCall implements RealtimeReceiver, OpenCall {
  readonly info: OpenCall['info'];
  readonly released: Promise<unknown>;
  readonly #options: ResolvedRelayOptions;
  readonly #request: RealtimeRequest;
  readonly #client: WireEnd;
  readonly #provider: ProviderEnd;
  readonly #toProvider: ToProvider;
  readonly #toClient: ToClient;
  readonly #idle: IdleWatch;
  readonly #takeBackStart: () => void;
  #giveUp: () => void = () => undefined;
  #heldClient = false;
  #heldProvider = false;
  #over = false;
  #release: () => void = () => undefined;

  constructor(request: RealtimeRequest, client: WireEnd, options: ResolvedRelayOptions) {
    this.#request = request;
    this.#client = client;
    this.#options = options;
    this.info = client.record.info;
    this.released = new Promise<void>((resolve) => {
      this.#release = resolve;
    });
    this.#provider = new ProviderEnd(this.info.id, options.record, () => this.#fail(connectionLost));
    const scope: RelayScope = {
      client,
      provider: this.#provider,
      options,
      call: {
        info: this.info,
        sendToClient: (event) => this.#toClient.write(event),
        sendToProvider: (event) => this.#toProvider.forward(event),
        close: (code = 1000, reason = 'The relay ends the call.') => this.close(code, reason),
      },
      changed: () => this.#balance(),
    };
    this.#toProvider = new ToProvider(scope);
    this.#toClient = new ToClient(scope);
    this.#idle = new IdleWatch(options.clock, options.idleMs, () => this.#expire());
    this.#takeBackStart = options.clock.setTimer(() => void this.#connect(), options.startDelayMs);
  }

  receive(text: string): void {
    if (this.#over) return;
    this.#client.record.fromClient(text);
    this.#idle.alive();
    this.#toProvider.receive(text);
    if (this.#toProvider.waitingBytes > this.#options.maxWaitingBytes) {
      this.close(1008, 'Too much was sent before it could be passed on.');
    }
    this.#balance();
  }

  receiveBinary(bytes: number): void {
    if (this.#over) return;
    this.#idle.alive();
    this.#client.log('client', `binary frame of ${bytes} bytes`);
    this.#client.send(this.#client.say.error(binaryFrame(bytes)));
  }

  closed(code: number, reason = ''): void {
    this.#client.gone();
    this.#finish(code, reason, false);
  }

  drained(): void {
    this.#balance();
  }

  /** Ends the call from this side. */
  close(code: number, reason: string): void {
    this.#finish(code, reason, code === 1011);
  }

  async #connect(): Promise<void> {
    const { provider, clock, connectMs, connect, logger } = this.#options;
    try {
      const chosen =
        typeof provider !== 'function'
          ? provider
          : await within(clock, connectMs, Promise.resolve(provider(this.#request)), () => new Error('Choosing takes too long.'));
      if (this.#over) return;
      const target = providerTarget(chosen, this.#request);
      const giveUp = await connect(target, this.#options, {
        receiver: this.#fromProvider,
        opened: (peer) => this.#opened(target, peer),
        refused: (refusal) => this.#fail(refusal),
      });
      if (this.#over && !this.#provider.isOpen) giveUp();
      else this.#giveUp = giveUp;
    } catch (error) {
      logger.error('The provider of a call could not be chosen or connected to.', { call: this.info.id, error });
      this.#fail({ code: 'provider_unreachable', message: 'The provider cannot be reached.' });
    }
  }

  #opened(target: ProviderTarget, peer: RealtimePeer): void {
    if (this.#over) {
      peer.close(1000, '');
      return;
    }
    this.#provider.open(target, peer);
    const { session } = this.#request;
    if (session !== undefined) this.#provider.send({ type: 'session.update', session: withoutModel(session) });
    this.#toProvider.open();
    this.#balance();
  }

  readonly #fromProvider: RealtimeReceiver = {
    receive: (text) => {
      if (this.#over) return;
      this.#toClient.receive(text);
      this.#balance();
    },
    receiveBinary: (bytes) => this.#options.logger.warn('The provider sent a binary frame.', { call: this.info.id, bytes }),
    closed: (code, reason = '') => {
      this.#release();
      if (!this.#over) this.#toClient.finally(() => this.#providerGone(code, reason));
    },
    drained: () => this.#balance(),
  };

  #providerGone(code: number, reason: string): void {
    if (code === 1006) {
      this.#fail(connectionLost);
      return;
    }
    const normal = code === 1000 || code === 1001 || code === 1005;
    this.#finish(code === 1005 ? 1000 : code, this.#provider.redacted(reason), !normal);
  }

  #fail({ code, message, type = 'server_error' }: ProviderRefusal): void {
    this.#release();
    if (this.#over) return;
    this.#options.logger.error(message, { call: this.info.id, code });
    const detail: RealtimeErrorDetail = { type, code, message, param: null, event_id: null };
    this.#client.send(this.#client.say.error(detail));
    this.#finish(1011, message, true);
  }

  #expire(): void {
    const message = `No event came for ${this.#options.idleMs} ms.`;
    this.#client.send(this.#client.say.error(invalidRequest('session_expired', message)));
    this.close(1001, message);
  }

  /** Whoever is faster than the other side, or than the hooks, is not read for a while. */
  #balance(): void {
    if (this.#over) return;
    const clientWaits = this.#toProvider.waitingBytes > backlogBytes || this.#provider.bufferedBytes > backlogBytes;
    if (clientWaits !== this.#heldClient) {
      this.#heldClient = clientWaits;
      if (clientWaits) this.#client.pause();
      else this.#client.resume();
    }
    const providerWaits = this.#toClient.waitingBytes > backlogBytes || this.#client.bufferedBytes > backlogBytes;
    if (providerWaits !== this.#heldProvider) {
      this.#heldProvider = providerWaits;
      if (providerWaits) this.#provider.pause();
      else this.#provider.resume();
    }
  }

  #finish(code: number, reason: string, failed: boolean): void {
    if (this.#over) return;
    this.#over = true;
    this.#takeBackStart();
    this.#idle.stop();
    this.#toProvider.close();
    this.#toClient.close();
    this.#client.close(code, reason);
    if (this.#provider.isOpen) this.#provider.close(1000, '');
    else {
      this.#giveUp();
      this.#release();
    }
    this.#client.record.ended(code, reason, failed);
  }
}

/** What was agreed with an ephemeral key, as an update: that may name no model. */
function withoutModel(session: RealtimeSession): RealtimeSession {
  if (session.type !== 'realtime') return session;
  const { model: _, ...settings } = session;
  return settings;
}
