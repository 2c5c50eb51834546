import {
  dialectOfUpdate,
  type ParsedRealtimeEvent,
  parseClientEvent,
  type RealtimeClientEvent,
  type RealtimeErrorDetail,
  unknownEventError,
} from '@voxrill/openai';
import { isUpdate } from '../door/served-call.js';
import { familyOf } from '../door/wire-log.js';
import { callHook, type HookOutcome } from './call-hook.js';
import { RelayLane } from './relay-lane.js';
import type { RelayScope } from './relay-scope.js';
import { sendMade } from './send-made.js';

type Parsed = ParsedRealtimeEvent<RealtimeClientEvent>;

interface Item {
  readonly bytes: number;
  readonly text: string;
  /** Only if somebody wants to know what it says. */
  readonly parsed: Parsed | undefined;
}

/** What clients send, on its way to the provider: as it is, translated, or as a hook has it. */
export class ToProvider {
  readonly #scope: RelayScope;
  readonly #lane: RelayLane<Item>;
  /** The dialect of the client may still turn out to be another. */
  #guessed: boolean;

  constructor(scope: RelayScope) {
    this.#scope = scope;
    this.#guessed = scope.options.dialect === 'auto';
    this.#lane = new RelayLane((item) => this.#handle(item), scope.changed, true);
  }

  get waitingBytes(): number {
    return this.#lane.bytes;
  }

  /** The provider is there. */
  open(): void {
    this.#lane.open();
  }

  close(): void {
    this.#lane.close();
  }

  receive(text: string): void {
    const parsed = this.#isRead ? this.#read(text) : undefined;
    if (parsed !== undefined) this.#scope.client.log('client', parsed.raw);
    this.#lane.push({ bytes: text.length, text, parsed });
  }

  /** Sends an event that a hook made or changed. */
  forward(event: RealtimeClientEvent): void {
    sendMade(this.#scope, 'provider', parseClientEvent(event, 'ga'), (checked) => this.#scope.provider.send(checked));
  }

  get #isRead(): boolean {
    const { client, provider, options } = this.#scope;
    if (this.#guessed || !provider.isOpen || provider.recorded) return true;
    return client.logged || options.hooks.client !== undefined || this.#translates;
  }

  get #translates(): boolean {
    return familyOf(this.#scope.client.dialect) !== familyOf(this.#scope.provider.dialect);
  }

  #read(text: string): Parsed {
    const { client } = this.#scope;
    const parsed = parseClientEvent(text, client.dialect);
    if (!this.#guessed || parsed.kind === 'unknown' || !isUpdate(parsed.raw)) return parsed;
    this.#guessed = false;
    const dialect = dialectOfUpdate(parsed.raw, client.dialect);
    if (dialect === client.dialect) return parsed;
    client.record.dialect = dialect;
    return parseClientEvent(parsed.raw, dialect);
  }

  #handle({ text, parsed: given }: Item): Promise<void> | undefined {
    const { client, provider, options, call } = this.#scope;
    const hook = options.hooks.client;
    if (hook === undefined && !this.#translates) {
      provider.sendText(text, given?.raw);
      return undefined;
    }
    const parsed = given ?? parseClientEvent(text, client.dialect);
    if (parsed.kind !== 'event') {
      this.#refuse(parsed.kind === 'invalid' ? parsed.error : unknownEventError(parsed.type, parsed.eventId));
      return undefined;
    }
    const { event, raw } = parsed;
    if (hook === undefined) {
      this.#pass(event, event, text, raw);
      return undefined;
    }
    const outcome = callHook(() => hook.call(options.hooks, event, call), options.clock, options.hookMs);
    const act = (known: HookOutcome<RealtimeClientEvent>): void => {
      if ('error' in known) this.#failed(event, known.error);
      else for (const each of known.passed) this.#pass(each, event, text, raw);
    };
    if (outcome instanceof Promise) return outcome.then(act);
    act(outcome);
    return undefined;
  }

  #pass(event: RealtimeClientEvent, original: RealtimeClientEvent, text: string, raw: unknown): void {
    const { provider } = this.#scope;
    if (event !== original) this.forward(event);
    else if (!this.#translates) provider.sendText(text, raw);
    else if (!provider.send(event)) this.#refuse(unknownEventError(event.type, event.event_id ?? undefined));
  }

  #failed(event: RealtimeClientEvent, error: unknown): void {
    const { options, call } = this.#scope;
    options.logger.error('The client hook failed, and the event was not passed on.', {
      call: call.info.id,
      type: event.type,
      error,
    });
    this.#refuse({
      type: 'server_error',
      code: 'event_blocked',
      message: `The event ${event.type} could not be checked and was not passed on.`,
      param: null,
      event_id: event.event_id ?? null,
    });
  }

  #refuse(error: RealtimeErrorDetail): void {
    const { client } = this.#scope;
    client.send(client.say.error(error));
  }
}
