import { type SimulationResult, seededRandom, simulate } from '@voxrill/testing';
import { expect, test } from 'vitest';
import { movableCall } from './movable-call.js';

const words = ['apples', 'pears', 'plums', 'cherries', 'quinces', 'berries', 'melons'];
const plain = (text: unknown): string => String(text).replace(/\s+/gu, ' ').trim();

/** What was heard of the bot, in whole words, and what the context says of it. */
function comparable(result: SimulationResult) {
  const written = result.context.flatMap(({ role, content }) => (role === 'assistant' ? [plain(content)] : []));
  return { written: plain(written.join(' ')), heard: plain(result.heard.map(({ text }) => text).join(' ')) };
}

test.each(Array.from({ length: 100 }, (_, index) => index + 1))(
  'moved to and fro at any moment, a call loses and doubles nothing (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const { clock, model, bot } = movableCall({ own: true });
    const said: string[] = [];
    const result = await simulate(
      {
        seed,
        bot,
        script: async ({ user, bot: voice, session }) => {
          let over = false;
          const moving = (async () => {
            while (!over) {
              await session.clock.sleep(random.between(50, 2_500));
              const when = random.chance(0.5) ? 'at-once' : 'between-turns';
              void model.use(session, random.pick(['cascade', 'realtime'] as const), { when });
            }
          })();
          for (let turn = 0; turn < 6; turn++) {
            const text = `turn ${turn} ${random.pick(words)} and ${random.pick(words)}`;
            said.push(text);
            if (turn > 0 && random.chance(0.4)) await user.interrupts(random.between(100, 900), text);
            else {
              if (turn > 0) await voice.finishes();
              await user.silentFor(random.between(0, 400));
              await user.says(text);
            }
          }
          await voice.says(`You said: ${said.at(-1)}.`);
          await voice.finishes();
          over = true;
          await moving;
        },
      },
      { clock },
    );
    const users = result.context.flatMap(({ role, content }) => (role === 'user' ? [content] : []));
    expect(users).toEqual(said);
    expect(result.context.at(-1)).toMatchObject({ role: 'assistant', content: `You said: ${said.at(-1)}.` });
    expect(result.staleMs).toBe(0);
    const { written, heard } = comparable(result);
    // A word that was cut in its middle counts as heard or not, by which half of it was played.
    const cuts = result.heard.filter(({ interrupted }) => interrupted).length;
    expect(Math.abs(written.split(' ').length - heard.split(' ').length)).toBeLessThanOrEqual(cuts);
    expect(result.report.errors).toEqual([]);
  },
);
