import { pipeline, VirtualClock } from '@voxrill/core';
import type { RealtimeDialectName } from '@voxrill/openai';
import { realtimeEndpoint } from '@voxrill/realtime-server';
import { fakeLLM, fakeSTT, fakeTTS, fakeVadEngine, seededRandom } from '@voxrill/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { hostileEvents, numberedIds } from './hostile-events.js';
import { watchUnhandled } from './watch-unhandled.js';

const unhandled = watchUnhandled();
beforeAll(unhandled.begin);
afterAll(unhandled.end);

const dialects: readonly RealtimeDialectName[] = ['ga', 'beta', 'beta-2024-10', 'azure-preview', 'azure-ga'];
const [rounds, eventsEach] = [4, 500];

/** What sets a session right, whatever was done to it. */
const sane = {
  ga: {
    type: 'realtime',
    output_modalities: ['text'],
    max_output_tokens: 'inf',
    tool_choice: 'auto',
    audio: { input: { turn_detection: null } },
  },
  beta: { modalities: ['text'], max_response_output_tokens: 'inf', tool_choice: 'auto', turn_detection: null },
};

/** Answers no more than a sentence to whatever was made up, and names what it was asked last. */
const brief = ({ said }: { readonly said: string }): string => `You said: ${said.slice(0, 40)}.`;

test.each(dialects)(
  'two thousand hostile events of a client of %s end no call, and each call answers afterwards',
  async (dialect) => {
    for (let round = 0; round < rounds; round++) {
      const seed = 100 * dialects.indexOf(dialect) + round;
      const random = seededRandom(seed);
      const clock = new VirtualClock();
      const endpoint = realtimeEndpoint(
        (call) =>
          pipeline(
            call.input,
            fakeSTT({ sampleRate: 24_000 }),
            call.conversation,
            fakeLLM({ replies: brief }),
            fakeTTS({ sampleRate: 24_000 }),
            call.output,
          ),
        {
          clock,
          dialect,
          inputSampleRate: 24_000,
          vad: ({ silenceMs }) => fakeVadEngine({ sampleRate: 24_000, stopMs: silenceMs }),
          nextId: numberedIds(),
        },
      );
      const hostile = hostileEvents('client', random);
      const texts: string[] = [];
      const ends: unknown[] = [];
      const call = endpoint.accept(
        { url: '/v1/realtime' },
        {
          send: (text) => {
            texts.push(text);
            hostile.learn(text);
          },
          close: (code, reason) => ends.push([code, reason]),
        },
      );
      for (let count = 0; count < eventsEach; count++) {
        call.receive(hostile.next());
        if (random.chance(0.02)) call.receiveBinary(100);
        if (random.chance(0.3)) await clock.advance(random.pick([0, 1, 20, 300, 1_500]));
      }
      await clock.advance(30_000);
      expect(ends, `seed ${seed}`).toEqual([]);
      const errors = texts.filter((text) => text.includes('"type":"error"'));
      expect(errors.length).toBeGreaterThan(eventsEach / 10);
      expect(Math.max(...errors.map((text) => text.length))).toBeLessThan(3_000);
      expect(errors.filter((text) => text.includes('"server_error"'))).toEqual([]);

      const from = texts.length;
      const send = (event: object): void => call.receive(JSON.stringify(event));
      const family = dialect === 'ga' || dialect === 'azure-ga' ? 'ga' : 'beta';
      send({ type: 'response.cancel' });
      send({ type: 'session.update', session: sane[family] });
      send({ type: 'input_audio_buffer.clear' });
      await clock.advance(20_000);
      const content = [{ type: 'input_text', text: 'are you there' }];
      send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
      send({ type: 'response.create' });
      await clock.advance(20_000);
      const done = texts.slice(from).findLast((text) => text.includes('"response.done"'));
      expect(done, `seed ${seed}`).toContain('You said: are you there.');

      call.closed(1006);
      await clock.runUntil(endpoint.close());
      expect([endpoint.counts.openCalls, clock.pendingTimers]).toEqual([0, 0]);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  },
);
