import { contextPair, createSession, defineProcessor, pipeline, VirtualClock } from '@voxrill/core';
import { openaiRealtime } from '@voxrill/openai';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, seededRandom } from '@voxrill/testing';
import { expect, test } from 'vitest';
import { memoryService } from './memory-service.js';

const sampleRate = 24_000;
const turns = 12;

test.each([
  { own: false, history: 'items' },
  { own: false, history: 'packed' },
  { own: true, history: 'items' },
  { own: true, history: 'packed' },
] as const)(
  'however often the connection breaks, each turn is answered once, and what is remembered is what was heard (own turns: $own, $history)',
  async ({ own, history }) => {
    for (let seed = 1; seed <= 4; seed++) {
      const random = seededRandom(seed);
      const clock = new VirtualClock();
      const service = memoryService(clock, (call) =>
        pipeline(
          call.input,
          fakeSTT({ finalMs: 100, sampleRate }),
          call.conversation,
          fakeLLM({ firstMs: 200 }),
          fakeTTS({ firstMs: 100, sampleRate }),
          call.output,
        ),
      );
      const transport = memoryTransport({ sampleRate, silence: true });
      const context = contextPair({ system: 'You are brief.' });
      const model = openaiRealtime({
        model: 'own',
        baseURL: 'ws://127.0.0.1:1',
        open: service.open,
        history,
        ...(own ? { turnDetection: 'own' } : {}),
      });
      const detector = own ? fakeVad() : defineProcessor('no detector', {});
      const session = createSession(
        pipeline(transport.input, detector, context.user, model, context.assistant, transport.output),
        { clock },
      );
      await clock.runUntil(session.start(), 10_000);
      const line = transport.of(session);
      const answers = (text: string): number => line.heard.filter((heard) => heard.text === `You said: ${text}.`).length;

      const said = Array.from({ length: turns }, (_, turn) => `this is turn ${String.fromCharCode(97 + turn)}`);
      let breaks = 0;
      let talking = true;
      const network = async (): Promise<void> => {
        while (talking) {
          await clock.sleep(random.between(11_000, 20_000));
          breaks++;
          service.breaks();
        }
      };
      const conversation = async (): Promise<void> => {
        for (const text of said) {
          await line.say(text);
          for (let wait = 0; wait < 250 && answers(text) === 0; wait++) await clock.sleep(100);
          await clock.sleep(random.between(100, 3_000));
        }
        talking = false;
      };
      const broken = network();
      expect(await clock.runUntil(conversation(), 600_000)).toBe(true);
      await clock.runUntil(broken);
      await clock.runUntil(session.end(), 60_000);
      expect((await session.done).reason).toBe('ended');
      expect(breaks).toBeGreaterThanOrEqual(3);
      expect(said.map(answers), `seed ${seed}`).toEqual(said.map(() => 1));
      const remembered = context.of(session).messages.slice(1);
      expect(
        remembered.map(({ content }) => content),
        `seed ${seed}`,
      ).toEqual(said.flatMap((text) => [text, `You said: ${text}.`]));
      await clock.runUntil(service.endpoint.close());
      await clock.advance(10_000);
      expect(clock.pendingTimers).toBe(0);
    }
  },
);
