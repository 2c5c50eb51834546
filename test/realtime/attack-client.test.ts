import { contextPair, createSession, defineProcessor, pipeline, type Session, VirtualClock } from '@voxrill/core';
import { type OpenAIRealtimeOptions, openaiRealtime } from '@voxrill/openai';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, seededRandom } from '@voxrill/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostileEvents, numberedIds } from './hostile-events.js';
import { memoryService } from './memory-service.js';
import { watchUnhandled } from './watch-unhandled.js';

const unhandled = watchUnhandled();
beforeAll(unhandled.begin);
afterAll(unhandled.end);

const [rounds, eventsEach] = [5, 500];
const sampleRate = 24_000;

/** A call with our own server, in whose line somebody else can speak as the server. */
async function tappedCall(seed: number, options: Partial<OpenAIRealtimeOptions>) {
  const clock = new VirtualClock();
  const { dialect = 'ga' } = options;
  const service = memoryService(
    clock,
    (call) =>
      pipeline(
        call.input,
        fakeSTT({ finalMs: 100, sampleRate }),
        call.conversation,
        fakeLLM({ firstMs: 200 }),
        fakeTTS({ firstMs: 100, sampleRate }),
        call.output,
      ),
    { dialect, nextId: numberedIds() },
  );
  const hostile = hostileEvents('server', seededRandom(seed));
  let opened = 0;
  let inject: (text: string) => void = () => undefined;
  const transport = memoryTransport({ sampleRate, silence: true });
  const context = contextPair({ system: 'You are brief.' });
  const model = openaiRealtime({
    model: 'own',
    apiKey: 'key',
    baseURL: 'ws://127.0.0.1:1',
    open: (target, events) => {
      opened++;
      inject = (text) => events.message(text);
      const message = (text: string): void => {
        hostile.learn(text);
        events.message(text);
      };
      return service.open(target, { ...events, message });
    },
    ...options,
  });
  const detector = options.turnDetection === 'own' ? fakeVad() : defineProcessor('no detector', {});
  const session: Session = createSession(
    pipeline(transport.input, detector, context.user, model, context.assistant, transport.output),
    { clock },
  );
  await clock.runUntil(session.start(), 10_000);
  return {
    clock,
    service,
    session,
    line: transport.of(session),
    hostile: () => inject(hostile.next()),
    get opened() {
      return opened;
    },
  };
}

test.each<[string, Partial<OpenAIRealtimeOptions>]>([
  ['today', { dialect: 'ga' }],
  ['the beta', { dialect: 'beta' }],
  ['Azure', { dialect: 'azure-ga' }],
  ['today, with turns of our own', { dialect: 'ga', turnDetection: 'own' }],
])(
  'two and a half thousand hostile events of a server of %s end no session, and it is answered afterwards',
  async (_, options) => {
    for (let seed = 0; seed < rounds; seed++) {
      const call = await tappedCall(seed, options);
      const { clock, line, session, service } = call;
      const random = seededRandom(seed);
      let talking = Promise.resolve();
      for (let count = 0; count < eventsEach; count++) {
        if (count % 100 === 0) talking = talking.then(() => line.say(`and who are you ${count}`));
        call.hostile();
        if (random.chance(0.3)) await clock.advance(random.pick([0, 1, 20, 100, 300]));
      }
      await clock.runUntil(talking);
      await clock.advance(60_000);
      const before = line.heard.length;
      void line.say('are you still there');
      await clock.advance(20_000);
      const heard = line.heard.slice(before).map(({ text }) => text);
      expect(heard.join(' '), `seed ${seed}`).toContain('are you still there.');
      expect(call.opened).toBe(1);

      expect(await clock.runUntil(session.end(), 60_000)).toBe(true);
      expect((await session.done).errors.length).toBeLessThanOrEqual(100);
      await clock.runUntil(service.endpoint.close());
      await clock.advance(10_000);
      expect([service.endpoint.counts.openCalls, clock.pendingTimers]).toEqual([0, 0]);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  },
);
