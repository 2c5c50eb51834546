import { ServiceError } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { memoryLink } from '../../test-support/memory-sockets.js';
import type { RealtimeLinkEvents } from './link-options.js';
import type { RealtimeConnection } from './realtime-connection.js';
import { sessionLifeMs } from './session-expiry.js';

const hour = 3_600_000;
const begunAt = Date.parse('2026-05-01T12:00:00Z');
/** A clock on the wall that goes with the link's own. */
const wallOf = (link: { clock: { now: () => number } }) => () => new Date(begunAt + link.clock.now());

describe('a session with a limit', () => {
  it.each([
    {
      told: '60 minutes by expires_at',
      session: { expires_at: begunAt / 1000 + 3600 },
      limitMs: 30 * 60_000,
      dueMs: 59 * 60_000,
    },
    { told: '15 minutes as is known of the service', session: {}, limitMs: 15 * 60_000, dueMs: 14 * 60_000 },
    { told: 'an expires_at that has passed', session: { expires_at: 1 }, limitMs: 30 * 60_000, dueMs: 29 * 60_000 },
    { told: 'an expires_at years away', session: { expires_at: 4e9 }, limitMs: 30 * 60_000, dueMs: 29 * 60_000 },
    { told: 'a limit shorter than two leads', session: { expires_at: null }, limitMs: 40_000, dueMs: 20_000 },
  ])('S001-43: is expiring once, a minute before its end ($told)', async ({ session, limitMs, dueMs }) => {
    const made = memoryLink({ session: { limitMs, leadMs: 60_000 }, wallClock: () => new Date(begunAt + made.clock.now()) });
    await made.started(session);
    await made.clock.advance(dueMs - 1);
    expect(made.told).toEqual(['connected 0']);
    await made.clock.advance(1);
    expect(made.told).toEqual(['connected 0', 'expiring 0']);
    await made.clock.advance(hour);
    expect(made.told).toHaveLength(2);
  });

  it('says on the clock of the link when it ends', async () => {
    let connection: RealtimeConnection | undefined;
    const connected = (one: RealtimeConnection): void => {
      connection = one;
    };
    const made = memoryLink({ events: { connected }, wallClock: () => wallOf(made)() });
    await made.clock.advance(1_000);
    await made.started({ expires_at: begunAt / 1000 + 61 });
    expect(connection).toMatchObject({ id: 0, open: true, expiresAtMs: 61_000, session: { type: 'realtime' } });
  });

  it('goes on for ever when nobody knows of a limit', async () => {
    const { clock, told, started } = memoryLink();
    await started({ expires_at: null });
    await clock.advance(100 * hour);
    expect(told).toEqual(['connected 0']);
  });

  it('is found to end soon after a sleep in which the clock of the link stood still', async () => {
    let sleptMs = 0;
    const made = memoryLink({
      session: { limitMs: hour, leadMs: 60_000 },
      wallClock: () => new Date(begunAt + made.clock.now() + sleptMs),
    });
    await made.started();
    await made.clock.advance(60_000);
    sleptMs = 2 * hour;
    await made.clock.advance(30_000);
    expect(made.told).toEqual(['connected 0', 'expiring 0']);
  });

  it.each([
    [3600, undefined, 3_600_000],
    [null, 900_000, 900_000],
    [undefined, undefined, undefined],
    [-5, undefined, undefined],
    [10, 900_000, 10_000],
    [9, 900_000, 900_000],
    [0.001, undefined, undefined],
    [1e308, 900_000, 900_000],
  ])('lives for what it says, else for what is known: %s s, %s ms', (seconds, limitMs, lifeMs) => {
    const expiresAt = typeof seconds === 'number' ? begunAt / 1000 + seconds : seconds;
    expect(sessionLifeMs(expiresAt, limitMs, begunAt)).toBe(lifeMs);
  });
});

describe('a renewed connection', () => {
  it('stands beside the old one until that is closed, and the old one is then gone without a word', async () => {
    const connections: RealtimeConnection[] = [];
    const { clock, link, told, started, socket } = memoryLink({
      events: { connected: (connection) => connections.push(connection) },
    });
    await started();
    link.renew();
    link.renew();
    await clock.advance(0);
    socket(0).says({ type: 'input_audio_buffer.cleared', event_id: 'e' });
    socket(1).greets();
    socket(0).says({ type: 'input_audio_buffer.cleared', event_id: 'e' });
    socket(1).says({ type: 'input_audio_buffer.cleared', event_id: 'e' });
    expect(connections.map(({ id, open }) => [id, open])).toEqual([
      [0, true],
      [1, true],
    ]);
    connections[0]?.close();
    connections[0]?.close();
    expect(connections[0]?.open).toBe(false);
    expect(connections[0]?.send({ type: 'response.create' })).toBe(false);
    socket(0).says({ type: 'input_audio_buffer.cleared', event_id: 'e' });
    socket(0).ends({ code: 1000 });
    const cleared = 'input_audio_buffer.cleared';
    expect(told).toEqual([`event 0 ${cleared}`, `event 0 ${cleared}`, `event 1 ${cleared}`]);
    expect(link.traffic).toMatchObject({ sentBytes: 200, receivedBytes: 400 });
  });

  it('S001-43: a call of three hours goes through sessions of an hour without ever being lost', async () => {
    const held: RealtimeConnection[] = [];
    const made = memoryLink({
      session: { limitMs: hour, leadMs: 60_000 },
      events: {
        connected: (connection) => {
          held.push(connection);
          held.at(-2)?.close();
        },
        expiring: () => made.link.renew(),
      },
    });
    await made.started();
    for (let minute = 0; minute < 180; minute++) {
      await made.clock.advance(60_000);
      if (made.sockets.length > held.length) made.socket(-1).greets();
      expect(held.filter(({ open }) => open)).toHaveLength(1);
    }
    expect(held).toHaveLength(4);
    expect(made.told).toEqual([]);
  });

  it('is tried for again while the old one serves, even after a refusal, and is asked for at once when the old one ends', async () => {
    const { clock, link, told, started, socket, sockets } = memoryLink();
    const refusal = new ServiceError('quota', 'No credit.');
    await started();
    await clock.advance(60_000);
    link.renew();
    await clock.advance(0);
    socket(1).ends();
    await clock.advance(250);
    socket(2).ends({ error: refusal });
    expect(told.slice(1)).toEqual(['lost - connectivity 250', 'lost - quota 8000']);
    socket(0).ends();
    await clock.advance(0);
    expect(sockets).toHaveLength(4);
    socket(3).ends({ error: refusal });
    expect(told.slice(3)).toEqual(['lost 0 connectivity 0', 'gone quota']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('that is already under way takes the place of one that is lost', async () => {
    const { clock, link, told, started, socket, sockets } = memoryLink();
    await started();
    link.renew();
    await clock.advance(0);
    socket(0).ends();
    socket(1).greets();
    await clock.advance(20_000);
    expect(told).toEqual(['connected 0', 'lost 0 connectivity 0', 'connected 1']);
    expect(sockets).toHaveLength(2);
  });

  it('is not lost with the old one, of whose end is told', async () => {
    const { clock, link, told, started, socket, sockets } = memoryLink();
    await started();
    link.renew();
    await clock.advance(0);
    socket(1).greets();
    socket(0).ends({ code: 1001 });
    await clock.advance(20_000);
    expect(told).toEqual(['connected 0', 'connected 1', 'lost 0 connectivity 0']);
    expect(sockets).toHaveLength(2);
  });

  it('is not asked for without a pause when a service refuses it', async () => {
    const { clock, link, started, socket, sockets } = memoryLink({ retry: { firstMs: 1_000, random: () => 1 } });
    await started();
    link.renew();
    await clock.advance(0);
    socket(1).ends();
    for (let ms = 0; ms < 900; ms += 10) {
      link.renew();
      await clock.advance(10);
    }
    expect(sockets).toHaveLength(2);
    await clock.advance(100);
    expect(sockets).toHaveLength(3);
  });

  it('may be asked for before a wait is over', async () => {
    const { clock, link, told, started, socket } = memoryLink({ retry: { firstMs: 8_000, random: () => 1 } });
    (await started()).ends();
    link.renew();
    await clock.advance(0);
    socket(1).greets();
    await clock.advance(60_000);
    expect(told).toEqual(['connected 0', 'lost 0 connectivity 8000', 'connected 1']);
  });

  it('is not opened in place of a connection that its owner closed', async () => {
    const connected: RealtimeLinkEvents['connected'] = (connection) => connection.close();
    const { clock, told, started, sockets } = memoryLink({ events: { connected } });
    await started();
    await clock.advance(hour);
    expect(told).toEqual([]);
    expect(sockets).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });
});
