import { fakeVad, seededRandom } from '@voxrill/testing';
import { expect, test } from 'vitest';
import { simulatedCall } from '../../test-support/simulated-call.js';

test.each(Array.from({ length: 60 }, (_, seed) => seed + 1))(
  'however often the connection breaks, no turn of the user is lost or told twice, and the last is answered (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const own = random.chance(0.4);
    let reachable = true;
    const call = await simulatedCall({
      service: {
        answer: (items) => ({ text: `You said ${items.findLast(({ role }) => role === 'user')?.text}` }),
        latencyMs: random.between(0, 80),
        thinkMs: random.between(0, 400),
        transcriptMs: () => random.between(50, 2_500),
        speed: random.between(1, 10),
      },
      model: {
        ...(own ? { turnDetection: 'own' as const } : {}),
        sessionLimitMs: 60_000,
        renewMs: 20_000,
        random: () => random.next(),
      },
      ...(own ? { detector: fakeVad() } : {}),
      reachable: () => reachable,
    });
    const said: string[] = [];
    for (let turn = 0; turn < 8; turn++) {
      const text = `sentence ${turn}${random.pick(['', ' and more', ' which is somewhat longer'])}`;
      said.push(text);
      const breaksAtMs = turn < 7 && random.chance(0.7) ? random.between(0, 5_000) : Number.POSITIVE_INFINITY;
      const outageMs = random.chance(0.5) ? 0 : random.between(500, 4_000);
      const until = call.clock.now() + random.between(text.length * 60 + 1_500, text.length * 60 + 9_000);
      const begins = call.clock.now();
      // A service that cannot be reached hears of what was said later than of what was typed since.
      if (own && random.chance(0.2)) call.line.type(text);
      else void call.line.say(text);
      if (begins + breaksAtMs < until) {
        await call.clock.advance(breaksAtMs);
        reachable = outageMs === 0;
        // A line that is dead without a word is found out later.
        if (random.chance(0.2)) call.service.dies();
        else call.service.breaks();
        await call.clock.advance(outageMs);
        reachable = true;
      }
      await call.clock.advance(Math.max(until - call.clock.now(), begins + text.length * 60 + 1_500 - call.clock.now()));
    }
    await call.clock.advance(25_000);
    const users = call.said.filter((line) => line.startsWith('user: ')).map((line) => line.slice(6));
    expect(users.join(' | ').replaceAll(' | ', ' ')).toBe(said.join(' '));
    // A rotation that has just begun is given the time that it takes.
    if (call.service.said.length === 0) await call.clock.advance(1_000);
    expect(call.services.filter(({ closed }) => !closed)).toHaveLength(1);
    const there = call.service.said.filter((line) => line.startsWith('user: ')).map((line) => line.slice(6));
    expect(there.flatMap((line) => line.split(/ (?=sentence)/u))).toEqual(said);
    expect(call.heard.at(-1)).toContain('You said');
    expect(call.line.staleMs).toBe(0);
    const refusals = call.services.flatMap(({ refusals: codes }) => codes);
    expect(
      refusals.filter((code) => !['response_cancel_not_active', 'conversation_already_has_active_response'].includes(code)),
    ).toEqual([]);
    expect(call.of('error').filter(({ category }) => category !== 'connectivity')).toEqual([]);
  },
);
