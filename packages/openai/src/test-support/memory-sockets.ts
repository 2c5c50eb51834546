import { VirtualClock } from '@voxrill/core';
import { onTestFinished } from 'vitest';
import type { RealtimeLinkEvents, RealtimeLinkOptions } from '../realtime/link/link-options.js';
import { RealtimeLink } from '../realtime/link/realtime-link.js';
import type {
  OpenRealtimeSocket,
  RealtimeSocket,
  RealtimeSocketEnd,
  RealtimeSocketEvents,
  RealtimeTarget,
} from '../realtime/link/realtime-socket.js';

export const memoryTarget: RealtimeTarget = {
  url: 'ws://service.test/v1/realtime?model=m',
  headers: { Authorization: 'Bearer very-secret-key' },
  protocols: [],
  deflate: false,
};

/** A socket without a network: a test speaks for the service. */
export class MemorySocket implements RealtimeSocket {
  readonly sent: string[] = [];
  bufferedBytes = 0;
  readonly traffic = { sentBytes: 100, receivedBytes: 200 };
  pings = 0;
  /** Whether pings are answered. */
  alive = true;
  closedWith: number | undefined;
  readonly #events: RealtimeSocketEvents;

  constructor(events: RealtimeSocketEvents) {
    this.#events = events;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  ping(): void {
    this.pings++;
    if (this.alive) this.#events.pong();
  }

  close(code = 1000): void {
    this.closedWith ??= code;
  }

  says(event: object | string): void {
    this.#events.message(typeof event === 'string' ? event : JSON.stringify(event));
  }

  greets(session: object = {}): void {
    this.#events.opened();
    this.says({ type: 'session.created', event_id: 'event_1', session: { type: 'realtime', ...session } });
  }

  fails(code: string, type = 'invalid_request_error'): void {
    this.says({ type: 'error', event_id: 'event_2', error: { type, code, message: `It is ${code}.`, param: null } });
  }

  ends(how: Partial<RealtimeSocketEnd> = {}): void {
    this.#events.closed({ code: 1006, reason: '', ...how });
  }
}

/** A link on the virtual clock, its sockets, and what it has told, a line each. */
export function memoryLink(
  options: Partial<Omit<RealtimeLinkOptions, 'events'>> & { readonly events?: Partial<RealtimeLinkEvents> } = {},
) {
  const clock = new VirtualClock();
  const sockets: MemorySocket[] = [];
  const told: string[] = [];
  const open: OpenRealtimeSocket = (_target, events) => {
    const socket = new MemorySocket(events);
    sockets.push(socket);
    return socket;
  };
  const link = new RealtimeLink({
    target: () => memoryTarget,
    dialect: 'ga',
    open,
    clock,
    session: { leadMs: 60_000 },
    ...options,
    retry: { random: () => 1, ...options.retry },
    events: {
      connected: ({ id }) => told.push(`connected ${id}`),
      event: ({ id }, { type }) => told.push(`event ${id} ${type}`),
      unknown: ({ kind }) => told.push(kind),
      lost: (connection, error, retryInMs) => told.push(`lost ${connection?.id ?? '-'} ${error.category} ${retryInMs}`),
      expiring: ({ id }) => told.push(`expiring ${id}`),
      gone: ({ category }) => told.push(`gone ${category}`),
      ...options.events,
    },
  });
  onTestFinished(() => link.close());
  const socket = (index: number): MemorySocket => {
    const found = sockets.at(index);
    if (found === undefined) throw new Error(`There is no socket ${index}.`);
    return found;
  };
  const abort = new AbortController();
  return {
    clock,
    link,
    sockets,
    socket,
    told,
    abort,
    start: () => link.start(abort.signal),
    /** Starts, and lets the service greet the first connection. */
    async started(session: object = {}): Promise<MemorySocket> {
      const done = link.start(abort.signal);
      await clock.advance(0);
      socket(0).greets(session);
      await done;
      return socket(0);
    },
  };
}
