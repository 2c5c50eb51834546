import { contextPair, pipeline, type Session, switchable } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, simulate } from '@voxrill/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const service = fc.constantFrom('stt', 'llm', 'tts');
const category = fc.constantFrom('server', 'connectivity', 'authentication', 'rate-limit', 'timeout');
const when = fc.constantFrom('at-once', 'between-turns');
const atMs = fc.nat({ max: 4000 });

/** Each service fails once at most, so that there is always somebody left who can do what it could not. */
const troubles = fc.uniqueArray(fc.record({ service, category, atMs }), { maxLength: 3, selector: ({ service }) => service });
const changes = fc.array(fc.record({ service, when, atMs }), { maxLength: 5 });

it('whatever fails once and whenever somebody changes a service, each turn of the user is understood once and answered whole', async () => {
  await fc.assert(
    fc.asyncProperty(troubles, changes, fc.constantFrom(0, 40), async (troubles, changes, latencyMs) => {
      const fakes = {
        stt: { a: fakeSTT({ name: 'a', finalMs: latencyMs }), b: fakeSTT({ name: 'b', finalMs: latencyMs }) },
        llm: { a: fakeLLM({ name: 'a', firstMs: latencyMs * 5 }), b: fakeLLM({ name: 'b', firstMs: latencyMs * 5 }) },
        tts: { a: fakeTTS({ name: 'a', nextMs: latencyMs }), b: fakeTTS({ name: 'b', nextMs: latencyMs }) },
      };
      const failover = { failover: { after: 1 } };
      const stt = switchable(fakes.stt, failover);
      const llm = switchable(fakes.llm, failover);
      const tts = switchable(fakes.tts, failover);
      const switches = { stt, llm, tts };
      const transport = memoryTransport();
      const context = contextPair();
      const said = ['hello there my friend', 'one more thing', 'and goodbye'];
      const later = (session: Session, atMs: number, run: () => void): void => {
        session.clock.setTimer(run, atMs);
      };
      const result = await simulate({
        bot: {
          pipeline: pipeline(transport.input, fakeVad(), stt, context.user, llm, tts, transport.output, context.assistant),
          transport,
          context,
        },
        script: async ({ user, bot, session }) => {
          for (const { service, category, atMs } of troubles) {
            later(session, atMs, () => fakes[service][switches[service].active(session)].faults.fails(category));
          }
          for (const { service, when, atMs } of changes) {
            later(session, atMs, () => {
              const board = switches[service];
              void board.use(session, board.active(session) === 'a' ? 'b' : 'a', { when });
            });
          }
          for (const text of said) {
            await user.says(text);
            await bot.says(`You said: ${text}.`, { withinMs: 20_000 });
            await bot.finishes();
          }
        },
      });
      expect(result.context.flatMap(({ role, content }) => (role === 'user' ? [content] : []))).toEqual(said);
      expect(result.report).toMatchObject({ reason: 'ended', unansweredTurns: 0 });
      expect(result.staleMs).toBe(0);
    }),
    { numRuns: 100 },
  );
});
