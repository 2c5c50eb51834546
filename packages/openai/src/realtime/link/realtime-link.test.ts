import { ServiceError } from '@voxrill/core';
import { describe, expect, it } from 'vitest';
import { memoryLink, memoryTarget } from '../../test-support/memory-sockets.js';

const refusal = new ServiceError('authentication', 'ws://service.test did not accept the API key: check it.');
const offline = new ServiceError('connectivity', 'Cannot connect: is the server running?');
const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'resolved',
    (reason: unknown) => reason,
  );

describe('the start of a link', () => {
  it('is over with session.created, which tells of the session', async () => {
    const { link, clock, told, start, socket } = memoryLink();
    let isStarted = false;
    const done = start().then(() => {
      isStarted = true;
    });
    await clock.advance(5_000);
    expect(isStarted).toBe(false);
    socket(0).greets({ model: 'gpt-realtime' });
    await done;
    expect(told).toEqual(['connected 0']);
    expect(link.traffic).toMatchObject({ sentBytes: 100, receivedBytes: 200, receivedEvents: 1, sentEvents: 0 });
  });

  it('rejects at once when the service refuses for good, and says it nowhere else', async () => {
    const { clock, told, start, socket, sockets } = memoryLink();
    const reason = reasonOf(start());
    await clock.advance(0);
    socket(0).ends({ error: refusal });
    expect(await reason).toBe(refusal);
    await clock.advance(600_000);
    expect(told).toEqual([]);
    expect(sockets).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('tries again until connectMs are over, and then rejects with why the last attempt failed', async () => {
    const { clock, start, sockets } = memoryLink({ connectMs: 3_000 });
    const reason = reasonOf(start());
    for (let second = 0; second < 3; second++) {
      await clock.advance(0);
      sockets.at(-1)?.ends({ error: offline });
      await clock.advance(1_000);
    }
    expect(await reason).toBe(offline);
    expect(clock.now()).toBe(3_000);
    expect(sockets.length).toBeGreaterThan(2);
    expect(clock.pendingTimers).toBe(0);
  });

  it('says for how long it has tried, which is as long as it may', async () => {
    const { clock, start, sockets } = memoryLink({ connectMs: 60_000, retry: { giveUpAfterMs: 5_000, random: () => 1 } });
    const reason = reasonOf(start());
    for (let step = 0; step < 600; step++) {
      await clock.advance(10);
      sockets.at(-1)?.ends({ error: offline });
    }
    expect(await reason).toMatchObject({ message: `${offline.message} That was tried for 5 s in vain.`, usable: false });
  });

  it('rejects at once when the service asks to wait for longer than that, and does not say that it has tried', async () => {
    const { clock, start, socket } = memoryLink({ connectMs: 60_000, retry: { giveUpAfterMs: 5_000 } });
    const reason = reasonOf(start());
    await clock.advance(0);
    socket(0).ends({ error: new ServiceError('rate-limit', 'Too fast.'), retryAfterMs: 3_600_000 });
    expect(await reason).toMatchObject({ message: 'Too fast. It asks to wait for 3600 s.', usable: false });
  });

  it('rejects with a time-out when the service accepts and says nothing', async () => {
    const { clock, start, socket } = memoryLink({ connectMs: 2_000 });
    const reason = reasonOf(start());
    await clock.advance(2_000);
    expect(await reason).toMatchObject({ category: 'timeout' });
    expect(socket(0).closedWith).toBe(1000);
    expect(clock.pendingTimers).toBe(0);
  });

  it('rejects with the reason of its signal, and leaves nothing behind', async () => {
    const { clock, start, abort, socket, told } = memoryLink();
    const reason = reasonOf(start());
    await clock.advance(10);
    const wanted = new Error('no longer wanted');
    abort.abort(wanted);
    expect(await reason).toBe(wanted);
    expect(socket(0).closedWith).toBe(1000);
    socket(0).greets();
    expect(told).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('fetches a new target for each attempt, and survives a token that could not be had', async () => {
    let asked = 0;
    const { clock, start, socket, told } = memoryLink({
      target: () => (++asked === 1 ? Promise.reject(new Error('no token today')) : Promise.resolve(memoryTarget)),
    });
    const done = start();
    await clock.advance(250);
    expect(told).toEqual(['lost - connectivity 250']);
    socket(0).greets();
    await done;
    expect(asked).toBe(2);
  });

  it('takes an error in place of session.created as a refusal', async () => {
    const { clock, start, socket } = memoryLink();
    const reason = reasonOf(start());
    await clock.advance(0);
    socket(0).fails('beta_api_shape_disabled');
    expect(await reason).toMatchObject({ category: 'invalid-request', usable: false });
  });
});

describe('a link that has lost its connection', () => {
  it('waits twice as long each time, and is gone once when its patience is over', async () => {
    const { clock, told, started, sockets } = memoryLink({ retry: { giveUpAfterMs: 20_000, random: () => 1 } });
    await started();
    await clock.advance(60_000);
    sockets.at(-1)?.ends();
    for (let step = 0; step < 400; step++) {
      await clock.advance(100);
      if (sockets.length > 1) sockets.at(-1)?.ends({ error: offline });
    }
    expect(told.slice(1)).toEqual([
      'lost 0 connectivity 250',
      'lost - connectivity 500',
      'lost - connectivity 1000',
      'lost - connectivity 2000',
      'lost - connectivity 4000',
      'lost - connectivity 8000',
      // The rest of its patience.
      'lost - connectivity 4200',
      'gone connectivity',
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('waits at least half of that, as chance wills', async () => {
    const { told, started } = memoryLink({ retry: { random: () => 0 } });
    (await started()).ends();
    expect(told).toContain('lost 0 connectivity 125');
  });

  it('begins anew with short waits after a connection that held', async () => {
    const { clock, told, started, socket } = memoryLink();
    (await started()).ends();
    await clock.advance(250);
    socket(1).ends();
    await clock.advance(500);
    socket(2).greets();
    await clock.advance(10_000);
    socket(2).ends();
    expect(told).toEqual([
      'connected 0',
      'lost 0 connectivity 250',
      'lost - connectivity 500',
      'connected 2',
      'lost 2 connectivity 250',
    ]);
  });

  it('waits as long as the service asks', async () => {
    const { told, started, clock, socket } = memoryLink();
    (await started()).ends();
    await clock.advance(250);
    socket(1).ends({ error: new ServiceError('rate-limit', 'Too fast.'), retryAfterMs: 5_000 });
    expect(told.at(-1)).toBe('lost - rate-limit 5000');
  });

  it.each([
    ['the close code 1001', (socket: { ends: (how: object) => void }) => socket.ends({ code: 1001, reason: '60 minutes.' })],
    ['the error session_expired', (socket: { fails: (code: string) => void }) => socket.fails('session_expired')],
  ])('S001-43: is connected again at once when the session has reached its limit, told by %s', async (_how, end) => {
    const { clock, told, started, socket } = memoryLink();
    const first = await started();
    await clock.advance(3_600_000);
    end(first);
    await clock.advance(0);
    socket(1).greets();
    expect(told.filter((line) => !line.startsWith('event'))).toEqual(['connected 0', 'lost 0 connectivity 0', 'connected 1']);
  });

  it('does not storm a service that ends every session at its beginning, and gives up in the end', async () => {
    const { clock, told, started, sockets } = memoryLink();
    (await started()).ends({ code: 1001 });
    for (let step = 0; step < 2_000; step++) {
      const before = sockets.length;
      await clock.advance(100);
      if (sockets.length === before) continue;
      sockets.at(-1)?.greets();
      sockets.at(-1)?.ends({ code: 1001 });
    }
    expect(sockets.length).toBeLessThan(15);
    expect(told.filter((line) => line.startsWith('gone'))).toEqual(['gone connectivity']);
  });

  it.each([
    ['invalid_api_key', 'authentication'],
    ['insufficient_quota', 'quota'],
    ['billing_hard_limit_reached', 'quota'],
    ['account_deactivated', 'authorization'],
    ['beta_api_shape_disabled', 'invalid-request'],
  ])('is gone for good after the error %s, once, and after it has told of it', async (code, category) => {
    const { clock, told, started, sockets } = memoryLink();
    const socket = await started();
    socket.fails(code);
    socket.ends({ code: 4000 });
    await clock.advance(600_000);
    expect(told).toEqual(['connected 0', 'event 0 error', `gone ${category}`]);
    expect(sockets).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('stays connected after errors that only concern one event', async () => {
    const { link, told, started } = memoryLink();
    const socket = await started();
    for (const code of ['response_cancel_not_active', 'item_delete_invalid_item_id', 'invalid_value', 'rate_limit_exceeded']) {
      socket.fails(code);
    }
    expect(told.slice(1)).toEqual(Array.from({ length: 4 }, () => 'event 0 error'));
    expect(link.traffic.receivedEvents).toBe(5);
  });

  it('counts only time in which it really tried: a laptop that slept has not used up its patience', async () => {
    const { clock, told, started, socket } = memoryLink({ retry: { giveUpAfterMs: 30_000, random: () => 1 } });
    (await started()).ends();
    await clock.advance(250);
    // The attempt that was under way is found to have taken eight hours.
    Object.defineProperty(clock, 'now', { value: () => 8 * 3_600_000 });
    socket(1).ends({ error: offline });
    expect(told.at(-1)).toBe('lost - connectivity 500');
  });
});

describe('a link that is closed', () => {
  it('tells nothing any more, whatever comes', async () => {
    const { clock, link, told, started, socket } = memoryLink({ session: { limitMs: 120_000, leadMs: 60_000 } });
    await started();
    link.renew();
    await clock.advance(0);
    link.close();
    link.close();
    link.renew();
    for (const one of [socket(0), socket(1)]) {
      one.greets();
      one.fails('invalid_api_key');
      one.ends({ error: refusal });
    }
    await clock.advance(600_000);
    expect(told).toEqual(['connected 0']);
    expect(clock.pendingTimers).toBe(0);
    expect([socket(0).closedWith, socket(1).closedWith]).toEqual([1000, 1000]);
  });

  it('rejects a start that it cuts short', async () => {
    const { clock, link, start } = memoryLink();
    const reason = reasonOf(start());
    await clock.advance(0);
    link.close();
    expect(await reason).toBeInstanceOf(ServiceError);
    await expect(start()).rejects.toThrow('make a new one');
  });
});
