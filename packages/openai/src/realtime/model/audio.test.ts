import { encodeAlaw, encodeMulaw } from '@voxrill/audio';
import { contextPair, costMeter, createSession, pipeline, type ServiceError, VirtualClock } from '@voxrill/core';
import { fakeTTS, memoryTransport, spokenText } from '@voxrill/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MemorySocket } from '../../test-support/memory-sockets.js';
import { realtimeCall, ScriptedService } from '../../test-support/realtime-call.js';
import { encodeAudio } from '../protocol/audio-base64.js';
import { audioCodec } from './audio-codec.js';
import { AudioTimeline } from './audio-timeline.js';
import { openaiRealtime } from './openai-realtime.js';

/** A second of a tone. */
const tone = (sampleRate: number, channels = 1): Int16Array =>
  Int16Array.from({ length: sampleRate * channels }, (_, index) =>
    Math.round(8_000 * Math.sin((2 * Math.PI * 440 * Math.floor(index / channels)) / sampleRate)),
  );

const level = (samples: Int16Array): number => Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);

describe('the microphone', () => {
  test.each([
    [8_000, 1],
    [16_000, 1],
    [24_000, 1],
    [48_000, 1],
    [48_000, 2],
    [44_100, 2],
  ])('of %i Hz on %i channel(s) is sent as 24 kHz mono', async (sampleRate, channels) => {
    const call = await realtimeCall();
    const { service, clock, session } = call;
    await clock.advance(100);
    const before = service.sent.length;
    const whole = tone(sampleRate, channels);
    const step = (sampleRate / 50) * channels;
    for (let at = 0; at < whole.length; at += step) {
      call.transport.of(session).audio({ samples: whole.slice(at, at + step), sampleRate, channels });
    }
    const read = audioCodec({ type: 'audio/pcm', rate: 24000 }).reader();
    const sent = service.sent
      .slice(before)
      .filter(({ type }) => type === 'input_audio_buffer.append')
      .flatMap(({ audio }) => [...read(String(audio))]);
    const heard = Int16Array.from(sent);
    expect(Math.abs(heard.length - 24_000)).toBeLessThan(600);
    expect(Math.abs(level(heard.subarray(1_000, -1_000)) / (8_000 / Math.SQRT2) - 1)).toBeLessThan(0.03);
  });

  test.each([
    ['audio/pcmu', encodeMulaw],
    ['audio/pcma', encodeAlaw],
  ] as const)('S001-2: %s goes both ways, at 8 kHz', async (audioFormat, encode) => {
    const call = await realtimeCall({ model: { audioFormat } });
    const { service, clock, session } = call;
    await clock.advance(100);
    expect(service.sent[0]?.session).toMatchObject({
      audio: { input: { format: { type: audioFormat } }, output: { format: { type: audioFormat } } },
    });
    const before = service.sent.length;
    call.transport.of(session).audio({ samples: tone(24_000), sampleRate: 24_000, channels: 1 });
    const read = audioCodec({ type: audioFormat }).reader();
    const heard = read(String(service.sent.slice(before).find(({ type }) => type === 'input_audio_buffer.append')?.audio));
    expect(Math.abs(heard.length - 8_000)).toBeLessThan(300);
    expect(Math.abs(level(heard.subarray(500, -500)) / (8_000 / Math.SQRT2) - 1)).toBeLessThan(0.05);
    call.transport.of(session).type('say something');
    service.answers('resp_1');
    const place = { response_id: 'resp_1', item_id: 'item_a1', output_index: 0, content_index: 0 };
    service.says('response.output_audio.delta', { ...place, delta: encodeAudio(encode(tone(8_000))) });
    service.spoke('resp_1', 'item_a1', 'La.');
    service.done('resp_1');
    const spoken = call.of('tts-audio');
    expect(spoken.map(({ sampleRate, channels }) => [sampleRate, channels])).toEqual([[8_000, 1]]);
    expect(Math.abs(level(spoken[0]?.samples ?? new Int16Array()) / (8_000 / Math.SQRT2) - 1)).toBeLessThan(0.02);
  });

  test('half a sample at the end of a delta is made whole by the next', async () => {
    const call = await realtimeCall();
    const { service, session } = call;
    call.transport.of(session).type('go');
    service.answers('resp_1');
    const bytes = Buffer.from(tone(24_000).buffer);
    const place = { response_id: 'resp_1', item_id: 'item_a1', output_index: 0, content_index: 0 };
    for (const [from, to] of [
      [0, 1_001],
      [1_001, 1_002],
      [1_002, 4_000],
    ]) {
      service.says('response.output_audio.delta', { ...place, delta: bytes.subarray(from, to).toString('base64') });
    }
    const samples = call.of('tts-audio').flatMap((frame) => [...frame.samples]);
    expect(samples).toEqual([...tone(24_000).subarray(0, 2_000)]);
  });
});

describe('positions', () => {
  test('a pause of the microphone is no time in what was sent, and is in the session', () => {
    const timeline = new AudioTimeline();
    for (let at = 20; at <= 1_000; at += 20) timeline.sent(20, at);
    for (let at = 5_020; at <= 6_000; at += 20) timeline.sent(20, at);
    expect([0, 500, 999, 1_000, 1_500].map((position) => timeline.at(position))).toEqual([0, 500, 999, 5_000, 5_500]);
    expect(timeline.positionMs).toBeCloseTo(2_000, 6);
  });

  test('a thousand pauses are not remembered for ever', () => {
    const timeline = new AudioTimeline();
    for (let pause = 0; pause < 1_000; pause++) timeline.sent(20, pause * 500 + 20);
    expect(timeline.at(999 * 20 + 10)).toBe(999 * 500 + 10);
    expect(timeline.at(0)).toBeGreaterThanOrEqual(0);
  });
});

/** A call whose model writes, and whose voice is another service. */
async function writtenCall() {
  const clock = new VirtualClock();
  const services: ScriptedService[] = [];
  const transport = memoryTransport();
  const context = contextPair();
  const model = openaiRealtime({
    model: 'm',
    baseURL: 'ws://127.0.0.1:1',
    output: 'text',
    open: (_target, events) => {
      const service = new ScriptedService(new MemorySocket(events));
      services.push(service);
      clock.setTimer(() => service.socket.greets(), 0);
      return service.socket;
    },
  });
  const { input, output } = transport;
  const session = createSession(pipeline(input, context.user, model, fakeTTS(), context.assistant, output), { clock });
  onTestFinished(async () => {
    session.cancel();
    await session.done;
  });
  await clock.runUntil(session.start());
  const [service] = services;
  if (service === undefined) throw new Error('Nobody has connected.');
  const writes = (response: string, item: string, ...parts: readonly string[]): void => {
    service.answers(response);
    const place = { response_id: response, item_id: item, output_index: 0, content_index: 0 };
    const added = { id: item, type: 'message', role: 'assistant', status: 'in_progress', content: [] };
    service.says('response.output_item.added', { response_id: response, output_index: 0, item: added });
    for (const delta of parts) service.says('response.output_text.delta', { ...place, delta });
    service.says('response.output_text.done', { ...place, text: parts.join('') });
    service.done(response, { output: [{ ...added, status: 'completed' }] });
  };
  return { clock, session, service, writes, line: transport.of(session), context: context.of(session) };
}

test('S000-4: an answer in text is spoken by the voice behind, and stands in the conversation once', async () => {
  const { clock, line, service, writes, context } = await writtenCall();
  line.type('go');
  await clock.advance(20);
  expect(service.sent[0]?.session).toMatchObject({ output_modalities: ['text'] });
  writes('resp_1', 'item_a1', 'Here you ', 'are. And there', ' you are.');
  await clock.advance(6_000);
  expect(line.heard.map(({ text }) => text).join(' ')).toBe('Here you are. And there you are.');
  expect(context.messages).toMatchObject([{ content: 'go' }, { content: 'Here you are. And there you are.' }]);
  service.fresh();
  line.type('and now');
  expect(service.freshTypes()).toEqual(['conversation.item.create', 'response.create']);
});

test('S000-11: of an answer in text, the service remembers what was heard of the voice behind', async () => {
  const { clock, session, line, service, writes, context } = await writtenCall();
  line.type('go');
  writes('resp_1', 'item_a1', 'Here you are. And there you are.');
  await clock.runUntil(() => line.heard.length > 0);
  await clock.advance(600);
  service.fresh();
  session.interrupt('Silence.');
  line.type('what');
  const heard = context.messages[1]?.content;
  expect(service.fresh()).toMatchObject([
    { type: 'conversation.item.delete', item_id: 'item_a1' },
    { type: 'conversation.item.create', item: { role: 'assistant', status: 'incomplete', content: [{ text: heard }] } },
    { type: 'conversation.item.create', item: { role: 'user' } },
    { type: 'response.create' },
  ]);
  writes('resp_2', 'item_a2', 'Nobody hears this.');
  service.fresh();
  session.interrupt('Silence.');
  expect(service.fresh()).toMatchObject([{ type: 'conversation.item.delete', item_id: 'item_a2' }]);
});

describe('what is measured', () => {
  test('S001-70: usage is priced as it is billed, with its cached and audio tokens', async () => {
    const call = await realtimeCall({ model: { model: 'gpt-realtime' } });
    const meter = costMeter({ models: { 'openai-realtime': 'gpt-4o-realtime-preview-2024-10-01' } });
    const watch = meter.watch(call.session);
    const { service, clock } = call;
    call.transport.of(call.session).type('go');
    service.answers('resp_1');
    service.done('resp_1', {
      usage: {
        total_tokens: 3_000_000,
        input_tokens: 2_000_000,
        output_tokens: 1_000_000,
        input_token_details: {
          text_tokens: 1_000_000,
          audio_tokens: 1_000_000,
          cached_tokens: 500_000,
          cached_tokens_details: { text_tokens: 250_000, audio_tokens: 250_000 },
        },
        output_token_details: { text_tokens: 500_000, audio_tokens: 500_000 },
      },
    });
    await clock.advance(10);
    // Text 5 and 2.5 cached, audio 100 and 20 cached; out 20 and 200 dollars for a million.
    const dollars = 0.75 * 5 + 0.25 * 2.5 + 0.75 * 100 + 0.25 * 20 + 0.5 * 20 + 0.5 * 200;
    expect(watch.report().usd).toBeCloseTo(dollars, 9);
    expect(watch.report().complete).toBe(true);
  });

  test.each(['before', 'after'])('S004-21: rate limits are taken %s the response', async (when) => {
    const call = await realtimeCall();
    const { service } = call;
    const limits = () =>
      service.says('rate_limits.updated', {
        rate_limits: [{ name: 'tokens', limit: 40_000, remaining: 39_000, reset_seconds: 1.5 }],
      });
    call.transport.of(call.session).type('go');
    if (when === 'before') limits();
    service.answers('resp_1');
    service.done('resp_1');
    if (when === 'after') limits();
    expect(
      call
        .of('metrics')
        .flatMap(({ metrics }) => metrics)
        .filter(({ name }) => name === 'rate-limit-remaining'),
    ).toMatchObject([{ value: 39_000, labels: { kind: 'tokens', limit: 40_000, resetMs: 1_500 } }]);
  });

  test('the time to the first piece of an answer counts from the end of speech', async () => {
    const call = await realtimeCall();
    const { service, clock } = call;
    await clock.advance(2_000);
    service.hears('item_u1', 400);
    service.heard('item_u1', 1_500);
    await clock.advance(350);
    service.begins('resp_1');
    service.speaks('resp_1', 'item_a1', 'Yes.');
    const firsts = call
      .of('metrics')
      .flatMap(({ metrics }) => metrics)
      .filter(({ name }) => name === 'ttfb');
    expect(firsts).toMatchObject([{ value: 350, unit: 'ms', processor: 'openai-realtime' }]);
  });
});

describe('asking beside the conversation', () => {
  test('neither waits for the conversation nor adds to it', async () => {
    const call = await realtimeCall();
    const { service, clock, session } = call;
    call.transport.of(session).type('go');
    service.answers('resp_1');
    service.speaks('resp_1', 'item_a1', 'A long story that is being told.');
    service.fresh();
    const verdict = call.model.ask(session, { instructions: 'Is the user angry?', metadata: { purpose: 'mood' } });
    const [asked] = service.fresh();
    expect(asked).toMatchObject({
      type: 'response.create',
      response: { conversation: 'none', output_modalities: ['text'], metadata: { purpose: 'mood' } },
    });
    service.answers('resp_2');
    const output = [{ id: 'item_b1', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'No.' }] }];
    const { metadata } = Object(asked?.response);
    service.done('resp_2', { conversation_id: null, metadata, output });
    expect((await verdict).output).toMatchObject(output);
    service.spoke('resp_1', 'item_a1', 'A long story that is being told.');
    service.done('resp_1');
    await clock.advance(3_000);
    expect(call.said).toEqual(['user: go', 'assistant: A long story that is being told.']);
    expect(call.of('llm-response-start')).toHaveLength(1);
  });

  test('what is refused, fails, is never answered, or is lost with its connection rejects', async () => {
    const call = await realtimeCall({ model: { answerMs: 3_000 } });
    const { service, clock, session } = call;
    await clock.advance(10);
    const outcomes: string[] = [];
    const ask = (): void => {
      service.fresh();
      call.model.ask(session, {}).then(
        () => outcomes.push('answered'),
        (error: ServiceError) => outcomes.push(`${error.category}: ${error.message}`),
      );
    };
    ask();
    const refused = service.fresh()[0];
    service.says('error', {
      error: { type: 'invalid_request_error', code: 'invalid_value', message: 'No.', event_id: refused?.event_id },
    });
    ask();
    const failed = Object(service.fresh()[0]?.response);
    service.done('resp_2', {
      status: 'failed',
      metadata: failed.metadata,
      status_details: { type: 'failed', error: { code: 'rate_limit_exceeded', message: 'Broken.' } },
    });
    ask();
    await clock.advance(3_000);
    ask();
    service.socket.ends();
    await clock.advance(0);
    expect(outcomes).toHaveLength(4);
    expect(outcomes.slice(0, 2)).toEqual(['invalid-request: No.', 'rate-limit: Broken.']);
    expect(outcomes[2]).toContain('gave no sign of an answer for 3000 ms');
    expect(call.of('error').filter(({ category }) => category !== 'connectivity')).toEqual([]);
  });
});

test('S001-3: the meter of the wire counts the audio of both ways', async () => {
  const call = await realtimeCall();
  await call.clock.advance(1_000);
  const { service, session } = call;
  call.transport.of(session).type('go');
  service.answers('resp_1');
  const place = { response_id: 'resp_1', item_id: 'item_a1', output_index: 0, content_index: 0 };
  service.says('response.output_audio.delta', { ...place, delta: encodeAudio(spokenText('Hello.', { sampleRate: 24_000 })) });
  const { sentAudioBytes, receivedAudioBytes } = call.model.traffic(session);
  expect(sentAudioBytes).toBe(48_000);
  expect(receivedAudioBytes).toBe(6 * 60 * 48);
});
