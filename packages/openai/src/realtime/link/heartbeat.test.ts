import { VirtualClock } from '@voxrill/core';
import { describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../test-support/manual-clock.js';
import { memoryLink } from '../../test-support/memory-sockets.js';
import { Heartbeat } from './heartbeat.js';

describe('the heartbeat of a connection', () => {
  it('finds a network that has died without a word, within 15 s of the last sign of life', async () => {
    const { clock, told, started } = memoryLink();
    const socket = await started();
    socket.alive = false;
    await clock.advance(14_999);
    expect(told).toEqual(['connected 0']);
    expect(socket.pings).toBe(2);
    await clock.advance(1);
    expect(told).toEqual(['connected 0', 'lost 0 connectivity 250']);
    expect(socket.closedWith).toBe(1000);
  });

  it('asks only what is silent, and takes anything that comes as an answer', async () => {
    const { clock, told, started } = memoryLink();
    const socket = await started();
    socket.alive = false;
    for (let step = 0; step < 100; step++) {
      await clock.advance(4_000);
      socket.says({ type: 'input_audio_buffer.cleared', event_id: 'e' });
    }
    expect(socket.pings).toBe(0);
    for (let step = 0; step < 10; step++) {
      await clock.advance(9_000);
      socket.says({ type: 'input_audio_buffer.cleared', event_id: 'e' });
    }
    expect(socket.pings).toBe(10);
    expect(told).not.toContain('lost 0 connectivity 250');
  });

  it('waits in whole milliseconds, so that what rounding leaves of a wait does not keep the clock where it is', async () => {
    const clock = new VirtualClock();
    const dead = vi.fn();
    const heart = new Heartbeat({ idleMs: 5_000, answerMs: 10_000 }, { clock, ping: () => heart.heard(), dead });
    for (let step = 1; step < 300; step++) {
      await clock.advance(step / 7);
      heart.heard();
      await clock.advance(6_000);
    }
    heart.stop();
    expect(dead).not.toHaveBeenCalled();
  });

  it('asks again after the next silence when it was answered, so that it is known how long ago the other end was there', async () => {
    const clock = new VirtualClock();
    const ping = vi.fn(() => clock.setTimer(() => heart.answered(), 40));
    const heart = new Heartbeat({ idleMs: 500, answerMs: 10_000 }, { clock, ping, dead: () => undefined });
    for (let ms = 0; ms < 10_000; ms += 20) {
      await clock.advance(20);
      expect(clock.now() - heart.heardAtMs).toBeLessThanOrEqual(540);
    }
    expect(ping).toHaveBeenCalledTimes(18);
    heart.stop();
    heart.answered();
    await clock.advance(1_000);
    expect(ping).toHaveBeenCalledTimes(18);
    expect(clock.pendingTimers).toBe(0);
  });

  it('goes on as long as pings are answered', async () => {
    const { clock, told, started } = memoryLink();
    const socket = await started();
    await clock.advance(3_600_000);
    expect(told).toEqual(['connected 0']);
    expect(socket.pings).toBeGreaterThan(300);
  });

  it('can be left out', async () => {
    const { clock, told, started } = memoryLink({ heartbeat: false });
    const socket = await started();
    socket.alive = false;
    await clock.advance(3_600_000);
    expect(told).toEqual(['connected 0']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not take a process that stood still for a dead network', () => {
    const clock = new ManualClock();
    const said: string[] = [];
    const options = { idleMs: 5_000, answerMs: 10_000 };
    const heartbeat = new Heartbeat(options, { clock, ping: () => said.push('ping'), dead: () => said.push('dead') });
    clock.advance(5_000);
    // The laptop sleeps for an hour while the answer is under way, and its timers are due before it has read it.
    clock.advance(3_600_000);
    expect(said).toEqual(['ping', 'ping']);
    heartbeat.heard();
    clock.advance(5_000);
    clock.advance(5_000);
    expect(said).toEqual(['ping', 'ping', 'ping']);
    clock.advance(5_000);
    clock.advance(5_000);
    expect(said.slice(3)).toEqual(['ping', 'dead']);
    expect(clock.pendingTimers).toBe(0);
  });
});
