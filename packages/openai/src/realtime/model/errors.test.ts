import { ServiceError } from '@voxrill/core';
import { seededRandom } from '@voxrill/testing';
import { describe, expect, test } from 'vitest';
import { RealtimeCallUnderTest, realtimeCall, type ScriptedService } from '../../test-support/realtime-call.js';
import { realtimeEventTypes } from '../protocol/dialect.js';

const errorEvent = (code: string, message = `It is ${code}.`, event_id: string | null = null) => ({
  error: { type: 'invalid_request_error', code, message, param: null, event_id },
});

async function answers(call: RealtimeCallUnderTest, text = 'Still here.'): Promise<void> {
  const { service, clock } = call;
  call.transport.of(call.session).type('Are you there?');
  await clock.advance(30_000);
  service.fresh();
  call.transport.of(call.session).type('And now?');
  const count = call.transport.of(call.session).heard.length;
  service.replies('resp_last', 'item_last', text);
  await clock.advance(text.length * 60 + 500);
  expect(
    call.transport
      .of(call.session)
      .heard.slice(count)
      .map((one) => one.text),
  ).toEqual([text]);
}

describe('errors that the service tells of', () => {
  test('one that is no misfortune of the session is an error frame that names its category, and the call goes on', async () => {
    const call = await realtimeCall();
    call.service.says('error', errorEvent('invalid_value', "Invalid value: 'x'."));
    expect(call.of('error')).toMatchObject([
      { category: 'invalid-request', message: "Invalid value: 'x'.", usable: true, processor: 'openai-realtime' },
    ]);
    await answers(call);
  });

  test.each(['response_cancel_not_active', 'item_truncate_invalid_item_id', 'item_delete_invalid_item_id'])(
    '%s is a race that does no harm, and no error frame',
    async (code) => {
      const call = await realtimeCall();
      call.service.says('error', errorEvent(code));
      expect(call.of('error')).toEqual([]);
    },
  );

  test('a request that is refused is not waited for', async () => {
    const call = await realtimeCall();
    const { service, session } = call;
    call.transport.of(session).type('one');
    const asked = service.fresh().at(-1);
    service.says('error', errorEvent('invalid_value', 'No.', String(asked?.event_id)));
    call.transport.of(session).type('two');
    expect(service.freshTypes()).toEqual(['conversation.item.create', 'response.create']);
    expect(call.of('error').map(({ message }) => message)).toEqual(['No.']);
  });

  test('a response that has failed is told of, with the reason of the service, and the next is answered', async () => {
    const call = await realtimeCall();
    const { service, session } = call;
    call.transport.of(session).type('one');
    service.answers('resp_1');
    const error = { type: 'server_error', code: 'inference_rate_limit_exceeded', message: 'Too many at once.' };
    service.done('resp_1', { status: 'failed', status_details: { type: 'failed', error } });
    expect(call.of('error')).toMatchObject([{ category: 'rate-limit', message: 'Too many at once.', usable: true }]);
    await answers(call);
  });

  test('a service that gives no sign of an answer is given up, and asked again with the next turn', async () => {
    const call = await realtimeCall({ model: { answerMs: 5_000 } });
    const { service, clock, session } = call;
    call.transport.of(session).type('one');
    await clock.advance(5_000);
    expect(call.of('error')).toMatchObject([{ category: 'timeout', usable: true }]);
    service.fresh();
    call.transport.of(session).type('two');
    expect(service.freshTypes()).toEqual(['conversation.item.create', 'response.create']);
  });

  test('a service that falls silent in mid-sentence leaves nobody waiting for the rest of it', async () => {
    const call = await realtimeCall({ model: { answerMs: 2_000 } });
    const { service, clock, session } = call;
    call.transport.of(session).type('one');
    service.answers('resp_1');
    service.speaks('resp_1', 'item_a1', 'A long story.');
    await clock.advance(3_000);
    expect(call.of('error')).toMatchObject([{ category: 'timeout', usable: true }]);
    expect(call.of('tts-stopped')).toMatchObject([{ utterance: 'item_a1', broken: true }]);
    expect(call.of('bot-stopped-speaking')).toHaveLength(1);
    expect(call.said).toEqual(['user: one', 'assistant: A long (cut)']);
    // What still comes of it is not wanted any more.
    service.done('resp_1');
    const over = session.end();
    await clock.advance(100);
    expect((await over).reason).toBe('ended');
  });

  test('deltas are signs of life: a long answer is not given up', async () => {
    const call = await realtimeCall({ model: { answerMs: 2_000 } });
    const { service, clock, session } = call;
    call.transport.of(session).type('one');
    service.answers('resp_1');
    for (let part = 0; part < 10; part++) {
      await clock.advance(1_500);
      service.says('response.output_audio_transcript.delta', {
        response_id: 'resp_1',
        item_id: 'item_a1',
        output_index: 0,
        content_index: 0,
        delta: 'and so on ',
      });
    }
    expect(call.of('error')).toEqual([]);
  });
});

describe('a service that cannot be used', () => {
  test('a refused key is told once: the session does not start', async () => {
    const call = new RealtimeCallUnderTest({ greets: false });
    const started = call.session.start();
    const failed = expect(started).rejects.toThrow('check the API key');
    await call.clock.advance(10);
    call.service.socket.fails('invalid_api_key');
    await call.clock.runUntil(started.catch(() => undefined));
    await failed;
    await call.session.done;
    expect(call.services).toHaveLength(1);
    await call.clock.advance(120_000);
    expect(call.services).toHaveLength(1);
    expect(call.clock.pendingTimers).toBe(0);
  });

  test('a key that stops being good ends the model: one error frame, nothing afterwards, and what is asked is ignored', async () => {
    const call = await realtimeCall({ model: { answerMs: 1_000 }, session: {} }, { onUnusable: 'report' });
    const { service, clock, session } = call;
    call.transport.of(session).type('one');
    service.socket.fails('invalid_api_key');
    const before = call.frames.length;
    expect(call.of('error')).toMatchObject([{ usable: false, category: 'authentication' }]);
    call.transport.of(session).type('two');
    session.say('three');
    void call.transport.of(session).say('four');
    await clock.advance(120_000);
    expect(call.of('error')).toHaveLength(1);
    expect(call.services).toHaveLength(1);
    expect(call.frames.slice(before).filter(({ kind }) => kind.startsWith('llm-r') || kind.startsWith('tts-a'))).toEqual([]);
    await expect(call.model.ask(session, {})).rejects.toBeInstanceOf(ServiceError);
    void session.end();
    await clock.runUntil(session.done);
    expect(await session.done).toMatchObject({ reason: 'ended' });
  });

  test('a service that cannot be had again is given up, once', async () => {
    const call = await realtimeCall({ model: { reconnectMs: 10_000 }, greets: 'first' }, { onUnusable: 'report' });
    call.service.socket.ends();
    for (let second = 0; second < 200; second++) {
      await call.clock.advance(1_000);
      if (call.service.socket.closedWith === undefined) call.service.socket.ends();
    }
    expect(call.of('error').filter(({ usable }) => !usable)).toHaveLength(1);
    expect(call.of('error').at(-1)?.usable).toBe(false);
    expect(call.services.length).toBeLessThan(20);
  });
});

describe('a service out of its mind', () => {
  const junk = [
    '',
    'null',
    '[]',
    '{',
    '{}',
    '{"type":7}',
    '"response.done"',
    '{"type":"response.done"}',
    '\u0000',
    '{"type":"__proto__"}',
  ];

  function nonsense(random: ReturnType<typeof seededRandom>, service: ScriptedService): void {
    const id = (kind: string): string => `${kind}_${random.between(0, 12)}`;
    const place = {
      response_id: id('resp'),
      item_id: id('item'),
      output_index: random.between(0, 3),
      content_index: random.between(0, 3),
    };
    const item = random.pick([
      { id: id('item'), type: 'message', role: 'assistant', content: [] },
      { id: id('item'), type: 'function_call', call_id: id('call'), name: 'no_such_tool', arguments: '{' },
      { type: 'message', role: 'user', content: [{ type: 'input_audio' }] },
      { id: null, type: 'mystery' },
      null,
    ]);
    const response = {
      id: id('resp'),
      object: 'realtime.response',
      status: random.pick(['completed', 'failed', 'cancelled', 'odd', null]),
      output: [item],
      usage: random.pick([null, {}, { input_tokens: -1 }]),
      metadata: random.pick([null, {}, { voxrill_beside: 'x' }, { voxrill_request: 'y' }]),
    };
    const members = {
      ...place,
      response,
      item,
      delta: random.pick(['', 'word ', 'AAAA', '%%%', 'x'.repeat(random.chance(0.01) ? 1_000_000 : 3), 7, null]),
      transcript: random.pick(['', 'words', null]),
      text: 'words',
      arguments: '{}',
      call_id: id('call'),
      name: 'no_such_tool',
      audio_start_ms: random.pick([0, -5, 1e12, Number.NaN, 400]),
      audio_end_ms: random.pick([0, -5, 1e12, 900]),
      previous_item_id: null,
      session: random.pick([
        {},
        { type: 'realtime' },
        { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad' } } } },
        null,
      ]),
      rate_limits: random.pick([[], [{ name: 'tokens', remaining: null }], {}]),
      part: { type: 'audio' },
      error: random.pick([
        { type: 'x', message: 'y' },
        { type: 'x', code: 'conversation_already_has_active_response', message: 'y' },
        {},
        null,
      ]),
      usage: {},
    };
    const types = realtimeEventTypes('ga', 'server');
    const what = random.next();
    if (what < 0.1) service.socket.says(random.pick(junk));
    else if (what < 0.2) service.says(`response.${random.next()}`, members);
    else service.says(random.pick(types), members);
  }

  test.each([1, 2, 3])(
    'ten thousand events without sense do no harm, and the call goes on (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const call = await realtimeCall();
      const { service, clock, session } = call;
      for (let count = 0; count < 10_000; count++) {
        nonsense(random, service);
        if (random.chance(0.05)) await clock.advance(random.between(0, 300));
        if (random.chance(0.002)) call.transport.of(session).type('Hello?');
        if (random.chance(0.002)) session.interrupt('Silence.');
      }
      expect(call.services).toHaveLength(1);
      await clock.advance(300_000);
      session.interrupt('Silence.');
      await clock.advance(60_000);
      await answers(call);
      // Each of what was wrong is told with a category, and none was fatal.
      expect(call.of('error').filter(({ usable }) => !usable)).toEqual([]);
      expect(
        call
          .of('error')
          .filter(({ category }) => category === 'application')
          .map(({ message }) => message),
      ).toEqual([]);
      void session.end();
      await clock.runUntil(session.done);
      expect(await session.done).toMatchObject({ reason: 'ended' });
      expect(clock.pendingTimers).toBe(0);
    },
    60_000,
  );

  test('what a service makes us remember is bounded', async () => {
    const call = await realtimeCall();
    const { service, clock } = call;
    const holdAll = (count: number): void => {
      for (let index = 0; index < count; index++) {
        service.says('input_audio_buffer.committed', { item_id: `item_${index}` });
        service.says('response.created', {
          response: { id: `resp_${index}`, object: 'realtime.response', status: 'in_progress', output: [] },
        });
      }
    };
    holdAll(10_000);
    const timers = clock.pendingTimers;
    expect(timers).toBeLessThan(100);
    await clock.advance(60_000);
    await answers(call);
  });
});

test('a service that finds turns though it was told not to is not listened to', async () => {
  const call = await realtimeCall({ model: { turnDetection: 'own' } });
  await call.clock.advance(500);
  call.service.fresh();
  call.service.hears('item_x', 100);
  call.service.says('input_audio_buffer.speech_stopped', { item_id: 'item_x', audio_end_ms: 300 });
  expect(call.of('vad-user-started-speaking')).toEqual([]);
  expect(call.service.fresh()).toEqual([]);
});
