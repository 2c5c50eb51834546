import { type ParsedRealtimeEvent, parseServerEvent, type RealtimeServerEvent } from '@voxrill/openai';
import { familyOf } from '../door/wire-log.js';
import { callHook, type HookOutcome } from './call-hook.js';
import { RelayLane } from './relay-lane.js';
import type { RelayScope } from './relay-scope.js';
import { sendMade } from './send-made.js';

interface Said {
  readonly bytes: number;
  readonly text: string;
  /** Only if somebody wants to know what it says. */
  readonly parsed: ParsedRealtimeEvent<RealtimeServerEvent> | undefined;
}

interface End {
  readonly bytes: 0;
  readonly end: () => void;
}

/** What the provider sends, on its way to the client: as it is, translated, or as a hook has it. */
export class ToClient {
  readonly #scope: RelayScope;
  readonly #lane: RelayLane<Said | End>;

  constructor(scope: RelayScope) {
    this.#scope = scope;
    this.#lane = new RelayLane(
      (item) => {
        if (!('end' in item)) return this.#handle(item);
        item.end();
        return undefined;
      },
      scope.changed,
      false,
    );
  }

  get waitingBytes(): number {
    return this.#lane.bytes;
  }

  close(): void {
    this.#lane.close();
  }

  receive(given: string): void {
    const { provider } = this.#scope;
    const text = provider.redacted(given);
    const parsed = this.#isRead ? parseServerEvent(text, provider.dialect) : undefined;
    if (parsed !== undefined) provider.record('server', parsed.raw);
    this.#lane.push({ bytes: text.length, text, parsed });
  }

  /** Does this after all that came before. */
  finally(end: () => void): void {
    this.#lane.push({ bytes: 0, end });
  }

  /** Sends an event that a hook made or changed. */
  write(event: RealtimeServerEvent): void {
    sendMade(this.#scope, 'client', parseServerEvent(event, 'ga'), (checked) => this.#scope.client.send(checked));
  }

  get #isRead(): boolean {
    const { client, provider, options } = this.#scope;
    return provider.recorded || client.logged || options.hooks.server !== undefined || this.#translates;
  }

  get #translates(): boolean {
    return familyOf(this.#scope.client.dialect) !== familyOf(this.#scope.provider.dialect);
  }

  #handle({ text, parsed: given }: Said): Promise<void> | undefined {
    const { client, provider, options, call } = this.#scope;
    const hook = options.hooks.server;
    if (hook === undefined && !this.#translates) {
      client.sendText(text, given?.raw);
      return undefined;
    }
    const parsed = given ?? parseServerEvent(text, provider.dialect);
    if (parsed.kind !== 'event') {
      // Younger than the schemas: for a client of the same dialect to judge, and nothing that another would know.
      if (!this.#translates) client.sendText(text, parsed.raw);
      return undefined;
    }
    const { event, raw } = parsed;
    if (hook === undefined) {
      this.#pass(event, event, text, raw);
      return undefined;
    }
    const outcome = callHook(() => hook.call(options.hooks, event, call), options.clock, options.hookMs);
    const act = (known: HookOutcome<RealtimeServerEvent>): void => {
      if ('error' in known) {
        const about = { call: call.info.id, type: event.type, error: known.error };
        options.logger.error('The server hook failed, and the event was not passed on.', about);
        return;
      }
      for (const each of known.passed) this.#pass(each, event, text, raw);
    };
    if (outcome instanceof Promise) return outcome.then(act);
    act(outcome);
    return undefined;
  }

  #pass(event: RealtimeServerEvent, original: RealtimeServerEvent, text: string, raw: unknown): void {
    const { client } = this.#scope;
    if (event !== original) this.write(event);
    else if (this.#translates) client.send(event);
    else client.sendText(text, raw);
  }
}
