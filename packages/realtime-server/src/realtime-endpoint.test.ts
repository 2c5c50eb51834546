import { pipeline, VirtualClock } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import type { MakePipeline } from './call/call-parts.js';
import type { RealtimeLogLine } from './door/wire-log.js';
import { realtimeEndpoint } from './realtime-endpoint.js';
import { memoryClient } from './test-support/memory-client.js';

const bot: MakePipeline = (call) =>
  pipeline(call.input, fakeSTT(), call.conversation, fakeLLM({ replies: ['Blue, of course.'] }), fakeTTS(), call.output);

const question = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Which colour?' }] };

describe('a pipeline without a socket', () => {
  it('holds a typed turn on the virtual clock, in either dialect, every event of which is in the log', async () => {
    for (const [headers, transcript] of [
      [{}, 'response.output_audio_transcript.done'],
      [{ 'openai-beta': 'realtime=v1' }, 'response.audio_transcript.done'],
    ] as const) {
      const clock = new VirtualClock();
      const log: RealtimeLogLine[] = [];
      const endpoint = realtimeEndpoint(bot, { clock, log: (line) => log.push(line) });
      const client = memoryClient(endpoint, { headers });
      client.send({ type: 'conversation.item.create', item: question });
      client.send({ type: 'response.create' });
      await clock.advance(20_000);
      expect(client.events[0]?.type).toBe('session.created');
      expect(client.events.at(-1)).toMatchObject({ type: 'response.done', response: { status: 'completed' } });
      expect(client.events.find(({ type }) => type === transcript)).toMatchObject({ transcript: 'Blue, of course.' });
      expect(log.filter(({ dir }) => dir === 'server').map(({ event }) => event)).toEqual(client.events);
      client.receiver.closed(1000);
      const closed = endpoint.close();
      await clock.advance(10_000);
      await closed;
      expect(endpoint.counts).toMatchObject({ calls: 1, openCalls: 0, failedCalls: 0 });
      expect(clock.pendingTimers).toBe(0);
    }
  });

  it('answers a client that asks from within what it is told', async () => {
    const clock = new VirtualClock();
    const endpoint = realtimeEndpoint(bot, { clock });
    const told: string[] = [];
    const answers: Readonly<Record<string, object>> = {
      'session.created': { type: 'conversation.item.create', item: question },
      'conversation.item.added': { type: 'input_audio_buffer.clear' },
      'input_audio_buffer.cleared': { type: 'response.create' },
    };
    const send = (text: string): void => {
      const { type } = JSON.parse(text) as { type: string };
      const answer = told.includes(type) ? undefined : answers[type];
      told.push(type);
      if (answer !== undefined) client.receive(JSON.stringify(answer));
    };
    const client = endpoint.accept({ url: '/v1/realtime' }, { send, close: () => undefined });
    await clock.advance(20_000);
    expect(told.slice(0, 5)).toEqual([
      'session.created',
      'conversation.item.added',
      'conversation.item.done',
      'input_audio_buffer.cleared',
      'response.created',
    ]);
    expect(told.at(-1)).toBe('response.done');
    const closed = endpoint.close();
    await clock.advance(10_000);
    await closed;
  });

  it('is not made with options that cannot be', () => {
    expect(() => realtimeEndpoint(bot, { limits: { items: -1 } })).toThrow('limits.items is -1; it is a number, 0 or more.');
    expect(() => realtimeEndpoint(bot, { sessionMs: Number.NaN })).toThrow('sessionMs must be a number, 0 or more');
    expect(() => realtimeEndpoint(bot, { inputSampleRate: 0 })).toThrow('inputSampleRate is 0');
    const items: object = { limits: { itmes: 3 } };
    expect(() => realtimeEndpoint(bot, items)).toThrow('limits.itmes is no limit; use sessionMs, bufferMs, items,');
    const port: object = { port: 8790 };
    expect(() => realtimeEndpoint(bot, port)).toThrow('realtimeEndpoint: there is no option "port"; use dialect,');
  });

  it('tells a client whose pipeline cannot be made, and ends the call', async () => {
    const clock = new VirtualClock();
    const endpoint = realtimeEndpoint(
      () => {
        throw new Error('no model on this disk');
      },
      { clock },
    );
    const client = memoryClient(endpoint);
    await clock.advance(30_000);
    expect(client.events.map(({ type }) => type)).toEqual(['error']);
    expect(client.end?.code).toBe(1011);
    expect(JSON.stringify(client.events)).not.toContain('disk');
    expect(endpoint.counts).toMatchObject({ failedCalls: 1, openCalls: 0 });
  });

  it('ends a session at its limit, with the documented error and code', async () => {
    const clock = new VirtualClock();
    const endpoint = realtimeEndpoint(bot, { clock, sessionMs: 60_000 });
    const client = memoryClient(endpoint);
    await clock.advance(61_000);
    expect(client.events.at(-1)).toMatchObject({ type: 'error', error: { code: 'session_expired' } });
    expect(client.end?.code).toBe(1001);
  });
});
