import { seededRandom } from '@voxrill/testing';
import { expect, test } from 'vitest';
import { simulatedCall } from '../../test-support/simulated-call.js';

const stories = [
  'once upon a time there was a king without a crown',
  'no',
  'I would say that the second one is better by far, though it costs a little more',
];

/** What of it was heard, in milliseconds. */
const length = (samples: Int16Array): number => samples.length / 24;

test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
  'what the service remembers of the bot is what was played, however it is interrupted (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const call = await simulatedCall({
      service: {
        answer: (items) => ({ text: stories[items.length % stories.length] ?? '' }),
        latencyMs: random.between(0, 60),
        thinkMs: random.between(0, 400),
        transcriptMs: () => random.between(50, 4_000),
        tellsConflicts: random.chance(0.5),
        speed: random.between(1, 10),
      },
    });
    let cuts = 0;
    for (let step = 0; step < 25; step++) {
      const what = random.next();
      if (what < 0.5) {
        const text = random.pick(['yes please', 'tell me more about it', 'stop']);
        void call.line.say(text);
        await call.clock.advance(text.length * 60 + random.between(0, 3_000));
        cuts++;
      } else if (what < 0.7) {
        call.session.interrupt('The test wants silence.');
        cuts++;
      } else if (what < 0.85) {
        call.line.type('and now something else');
        cuts++;
      } else call.session.say('one moment please');
      await call.clock.advance(random.between(0, random.chance(0.5) ? 200 : 3_000));
    }
    await call.clock.advance(20_000);
    const { items, refusals } = call.service;
    const remembered = items.filter(({ role }) => role === 'assistant');
    const heard = call.line.heard.filter(({ endMs, startMs }) => endMs > startMs);
    const playedMs = heard.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    const rememberedMs = remembered.reduce((sum, { samples }) => sum + length(samples), 0);
    expect(Math.abs(playedMs - rememberedMs)).toBeLessThanOrEqual(cuts);
    const words = remembered.map(({ text }) => text).join('');
    expect(words.replaceAll(' ', '')).toBe(
      heard
        .map(({ text }) => text)
        .join('')
        .replaceAll(' ', ''),
    );
    expect(call.line.staleMs).toBe(0);
    // Races that do no harm: what was to be stopped was over.
    expect(
      refusals.filter((code) => code !== 'response_cancel_not_active' && code !== 'conversation_already_has_active_response'),
    ).toEqual([]);
    expect(call.of('error').map(({ message }) => message)).toEqual([]);
  },
);
