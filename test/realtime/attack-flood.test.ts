import { contextPair, createSession, pipeline, VirtualClock } from '@voxrill/core';
import { openaiRealtime } from '@voxrill/openai';
import { memoryTransport } from '@voxrill/testing';
import { expect, test } from 'vitest';

test('a service that never ends what it writes is not written down for ever', async () => {
  const clock = new VirtualClock();
  let says: (event: object) => void = () => undefined;
  const transport = memoryTransport({ sampleRate: 24_000, silence: true });
  const context = contextPair();
  const model = openaiRealtime({
    model: 'm',
    baseURL: 'ws://127.0.0.1:1',
    open: (_, events) => {
      says = (event) => events.message(JSON.stringify({ event_id: 'e', ...event }));
      clock.setTimer(() => says({ type: 'session.created', session: { type: 'realtime' } }), 1);
      return { send: () => undefined, close: () => undefined, bufferedBytes: 0, traffic: { sentBytes: 0, receivedBytes: 0 } };
    },
  });
  const session = createSession(pipeline(transport.input, context.user, model, context.assistant, transport.output), { clock });
  let longest = 0;
  let answered = 0;
  session.frames$.subscribe(({ frame, from }) => {
    if (frame.kind === 'interim-transcription') longest = Math.max(longest, frame.text.length);
    if (frame.kind === 'llm-text' && from === 'openai-realtime') answered += frame.text.length;
  });
  await clock.runUntil(session.start(), 10_000);
  const delta = 'x'.repeat(5_000);
  says({ type: 'input_audio_buffer.speech_started', audio_start_ms: 0, item_id: 'u' });
  says({ type: 'response.created', response: { id: 'r', object: 'realtime.response', status: 'in_progress', output: [] } });
  for (let count = 0; count < 1_000; count++) {
    says({ type: 'conversation.item.input_audio_transcription.delta', item_id: 'u', content_index: 0, delta });
    says({ type: 'response.output_text.delta', response_id: 'r', item_id: 'i', output_index: 0, content_index: 0, delta });
  }
  await clock.advance(100);
  expect(longest).toBe(65_536);
  expect(answered).toBe(2 ** 20);
  session.cancel('That is all.');
  await clock.runUntil(session.done);
  expect(clock.pendingTimers).toBe(0);
});
