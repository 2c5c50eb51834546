import { readFile } from 'node:fs/promises';
import { decodeWav, resample } from '@voxrill/audio';
import { defineProcessor, pipeline } from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';
import { type Calling, calling, pulseVad, says, silent, userText } from './call-harness.js';

const vad = (settings: object | null) => ({
  type: 'session.update',
  session: { type: 'realtime', audio: { input: { turn_detection: settings } } },
});
const notable = (call: Calling) =>
  call
    .types()
    .filter((type) => /input_audio_buffer|response.created|response.done|^conversation.item.done|transcription/u.test(type));
const response = (call: Calling, index = -1) => call.of('response.done').at(index)?.response as { status: string };

describe('a turn that the server finds', () => {
  it('tells of its events in order and begins a response (S001-22, S001-20)', async () => {
    const call = await calling();
    await call.hears(silent(1_000));
    await call.hears(says('hello there', 800));
    await call.hears(silent(600));
    await call.pass(50);
    expect(notable(call).slice(0, 5)).toEqual([
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.done',
      'response.created',
    ]);
    const [started, stopped] = [call.of('input_audio_buffer.speech_started')[0], call.of('input_audio_buffer.speech_stopped')[0]];
    // 300 ms before the onset, 500 ms after the end.
    expect(started?.audio_start_ms).toBe(700);
    expect(stopped?.audio_end_ms).toBe(2_300);
    expect(call.stt.calls[0]).toMatchObject({ spoken: 'hello there', samples: 1_600 * 24 });
    expect(call.llm.calls[0]?.request.messages).toEqual([{ role: 'user', content: 'hello there' }]);
    await call.end();
  });

  it('is found as well when a whole file comes at once, at the same places', async () => {
    const call = await calling();
    const file = new Int16Array(24 * 4_400);
    file.set(says('hello there', 800), 24 * 1_000);
    file.set(says('goodbye now', 800), 24 * 3_000);
    await call.hears(file, { atOnce: true });
    await call.pass(200);
    expect(call.of('input_audio_buffer.speech_started').map((event) => event.audio_start_ms)).toEqual([700, 2_700]);
    expect(call.of('input_audio_buffer.speech_stopped').map((event) => event.audio_end_ms)).toEqual([2_300, 4_300]);
    expect(call.stt.calls.map(({ spoken }) => spoken)).toEqual(['hello there', 'goodbye now']);
    expect(call.llm.calls.at(-1)?.request.messages.at(-1)).toEqual({ role: 'user', content: 'goodbye now' });
    await call.end();
  });

  it('is found in recorded speech by the usual detector, where it is also when it comes at once (S001-20)', async () => {
    const { samples, sampleRate } = await decodeWav(await readFile(new URL('../speech/human-jfk.wav', import.meta.url)));
    const speech = resample(samples, { fromRate: sampleRate, toRate: 24_000 });
    const recording = new Int16Array(speech.length + 24 * 2_000);
    recording.set(speech, 24 * 1_000);
    const found = async (atOnce: boolean) => {
      const call = await calling({ vad: 'usual', stt: fakeSTT({ sampleRate: 16_000, hears: () => 'words' }) });
      await call.hears(recording, { atOnce });
      await call.pass(5_000);
      const places = call.events.flatMap((event) => event.audio_start_ms ?? event.audio_end_ms ?? []);
      await call.end();
      return places;
    };
    const places = await found(false);
    expect(places.length).toBeGreaterThan(1);
    expect(places.length % 2).toBe(0);
    expect(await found(true)).toEqual(places);
  });

  it('changes its timing with each of the three settings (S000-8)', async () => {
    const timing = async (settings: object) => {
      const call = await calling();
      call.send(vad({ type: 'server_vad', ...settings }));
      await call.hears(silent(1_000));
      await call.hears(says('hello there', 800));
      await call.hears(silent(1_200));
      await call.pass(50);
      const [at] = [call.of('input_audio_buffer.speech_started')[0]?.audio_start_ms];
      const end = call.of('input_audio_buffer.speech_stopped')[0]?.audio_end_ms;
      await call.end();
      return [at, end];
    };
    expect(await timing({})).toEqual([700, 2_300]);
    expect(await timing({ prefix_padding_ms: 100 })).toEqual([900, 2_300]);
    expect(await timing({ silence_duration_ms: 800 })).toEqual([700, 2_600]);
    expect(await timing({ type: 'semantic_vad', eagerness: 'low' })).toEqual([700, 2_800]);
    expect(await timing({ type: 'semantic_vad', eagerness: 'high' })).toEqual([700, 2_100]);
  });

  it('is found less in recorded speech the surer the detector is to be (S000-8)', async () => {
    const { samples, sampleRate } = await decodeWav(await readFile(new URL('../speech/human-jfk.wav', import.meta.url)));
    const speech = resample(samples, { fromRate: sampleRate, toRate: 24_000 });
    const spokenMs = async (threshold: number) => {
      const call = await calling({ vad: 'usual', stt: fakeSTT({ sampleRate: 16_000, hears: () => 'words' }) });
      call.send(vad({ type: 'server_vad', threshold, prefix_padding_ms: 0, silence_duration_ms: 100 }));
      await call.hears(silent(1_000));
      await call.hears(speech, { atOnce: true });
      await call.hears(silent(1_000));
      await call.pass(5_000);
      const sum = (type: string, member: string) => call.of(type).reduce((total, event) => total + Number(event[member]), 0);
      const ms =
        sum('input_audio_buffer.speech_stopped', 'audio_end_ms') - sum('input_audio_buffer.speech_started', 'audio_start_ms');
      await call.end();
      return ms;
    };
    const [unsure, usual, sure] = [await spokenMs(0.01), await spokenMs(0.5), await spokenMs(0.99)];
    expect(usual).toBeLessThan(unsure);
    expect(sure).toBeLessThan(usual);
  });

  it('tells the detector how sure it is to be (S000-8)', async () => {
    const asked: unknown[] = [];
    const call = await calling({
      vad: (settings) => {
        asked.push(settings);
        return Promise.resolve(pulseVad(settings));
      },
    });
    await call.hears(silent(40));
    call.send(vad({ type: 'server_vad', threshold: 0.8, silence_duration_ms: 700 }));
    await call.hears(silent(40));
    expect(asked).toEqual([
      { sampleRate: 24_000, threshold: 0.5, silenceMs: 500 },
      { sampleRate: 24_000, threshold: 0.8, silenceMs: 700 },
    ]);
    await call.end();
  });

  it('cuts off the response before it returns, and nothing of it comes later (S001-23)', async () => {
    const call = await calling({
      llm: fakeLLM({ replies: 'This is a long, long story.' }),
      tts: fakeTTS({ sampleRate: 24_000, nextMs: 50 }),
    });
    call.send(userText('Tell me a story.'), { type: 'response.create' });
    await call.pass(300);
    await call.hears(silent(400));
    await call.hears(says('stop', 400));
    expect(response(call)).toMatchObject({
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'turn_detected' },
    });
    const started = call.types().indexOf('input_audio_buffer.speech_started');
    expect(call.types().slice(started + 1)).toEqual([
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
    ]);
    await call.end();
  });

  it('lets the response go on where interruption is not wanted, and answers afterwards (S001-24)', async () => {
    const call = await calling({ tts: fakeTTS({ sampleRate: 24_000, nextMs: 100 }) });
    call.send(vad({ type: 'server_vad', interrupt_response: false }));
    call.send(userText('Tell me a long story about a horse.'), { type: 'response.create' });
    await call.hears(says('uh-huh', 400));
    await call.hears(silent(600));
    await call.pass(10_000);
    expect(call.of('response.done').map(({ response }) => (response as { status: string }).status)).toEqual([
      'completed',
      'completed',
    ]);
    expect(call.llm.calls[1]?.request.messages.at(-1)?.content).toBe('uh-huh');
    await call.end();
  });

  it.each([true, false])('tells a response behind a greeting to its end (interrupted: %s)', async (interrupted) => {
    let greet = (): void => undefined;
    const greeter = defineProcessor('greeter', (stage) => {
      greet = () => stage.pushDown(stage.frame('tts-speak', { text: 'Welcome to the house of many long stories!' }));
      return {};
    });
    const llm = fakeLLM();
    const tts = fakeTTS({ sampleRate: 24_000, nextMs: 100 });
    const call = await calling({
      llm,
      makePipeline: ({ input, conversation, output }) =>
        pipeline(input, fakeSTT({ sampleRate: 24_000 }), conversation, llm, greeter, tts, output),
    });
    call.send(vad({ type: 'server_vad', interrupt_response: interrupted }));
    greet();
    await call.pass(50);
    call.send({ type: 'response.create', response: { metadata: { asked: 'early' } } });
    await call.hears(says('uh-huh', 400));
    await call.hears(silent(600));
    await call.pass(20_000);
    expect(call.of('error')).toEqual([]);
    const done = call.of('response.done').map(({ response }) => response as { status: string; metadata: unknown });
    expect(done.map(({ status }) => status)).toEqual(
      interrupted ? ['cancelled', 'cancelled', 'completed'] : ['completed', 'completed'],
    );
    expect(done[1]?.metadata).toEqual({ asked: 'early' });
    expect(call.llm.calls.at(-1)?.request.messages.at(-1)?.content).toBe('uh-huh');
    await call.end();
  });

  it('is an item without an answer where none is wanted (S004-7)', async () => {
    const call = await calling();
    call.send(vad({ type: 'server_vad', create_response: false }));
    await call.hears(says('hello', 400));
    await call.hears(silent(600));
    await call.pass(50);
    expect(call.of('response.created')).toEqual([]);
    call.send({ type: 'response.create' });
    await call.pass(50);
    expect(call.llm.calls[0]?.request.messages).toEqual([{ role: 'user', content: 'hello' }]);
    await call.end();
  });

  it('in which nothing was understood is answered with nothing', async () => {
    const call = await calling({ stt: fakeSTT({ sampleRate: 24_000, hears: [''] }) });
    await call.hears(says('hm', 400));
    await call.hears(silent(600));
    await call.pass(50);
    expect(response(call)).toMatchObject({ status: 'completed', output: [] });
    expect(call.llm.calls).toEqual([]);
    await call.end();
  });

  it('is committed by hand without a stop, under the id that was announced', async () => {
    const call = await calling();
    await call.hears(silent(500));
    await call.hears(says('hello there', 800));
    call.send({ type: 'input_audio_buffer.commit' });
    expect(call.of('input_audio_buffer.committed')[0]?.item_id).toBe(call.of('input_audio_buffer.speech_started')[0]?.item_id);
    await call.hears(silent(1_000));
    expect(call.of('input_audio_buffer.speech_stopped')).toEqual([]);
    await call.end();
  });

  it('can be cleared while it is going on, and what follows is a new one', async () => {
    const call = await calling();
    await call.hears(says('forget this', 800));
    call.send({ type: 'input_audio_buffer.clear' });
    await call.hears(says('hello', 400));
    await call.hears(silent(600));
    await call.pass(50);
    expect(call.of('input_audio_buffer.speech_started')).toHaveLength(2);
    expect(call.of('input_audio_buffer.committed')).toHaveLength(1);
    expect(call.llm.calls[0]?.request.messages).toEqual([{ role: 'user', content: 'hello' }]);
    await call.end();
  });

  it('stays open when detection is switched off in its middle, and is committed by hand or found again (S001-10)', async () => {
    for (const again of [false, true]) {
      const call = await calling();
      await call.hears(says('hello there', 800));
      call.send(vad(null));
      await call.hears(silent(1_000));
      expect(call.of('input_audio_buffer.speech_stopped')).toEqual([]);
      if (again) {
        call.send(vad({ type: 'server_vad' }));
        await call.hears(silent(40));
      } else call.send({ type: 'input_audio_buffer.commit' }, { type: 'response.create' });
      await call.pass(50);
      expect(call.of('input_audio_buffer.committed').map((event) => event.item_id)).toEqual(
        call.of('input_audio_buffer.speech_started').map((event) => event.item_id),
      );
      expect(call.llm.calls[0]?.request.messages).toEqual([{ role: 'user', content: 'hello there' }]);
      await call.end();
    }
  });

  it('comes by itself when the user stays silent for the idle time', async () => {
    const call = await calling();
    call.send(vad({ type: 'server_vad', idle_timeout_ms: 5_000 }), userText('Hello.'), { type: 'response.create' });
    await call.hears(silent(1_000));
    await call.pass(4_000);
    expect(call.of('input_audio_buffer.timeout_triggered')).toEqual([]);
    // "You said: Hello.." is 17 characters of 60 ms.
    await call.pass(1_200);
    expect(notable(call).slice(-6)).toEqual([
      'input_audio_buffer.timeout_triggered',
      'input_audio_buffer.committed',
      'conversation.item.done',
      'response.created',
      'conversation.item.done',
      'response.done',
    ]);
    await call.end();
  });

  it('comes by the idle time that holds now, counted from the end of the answer, and not once it was taken back', async () => {
    const timeouts = async (before: number | undefined, now: number | undefined, passMs: number): Promise<number> => {
      const call = await calling();
      const idle = (ms: number | undefined) => vad({ type: 'server_vad', ...(ms === undefined ? {} : { idle_timeout_ms: ms }) });
      call.send(idle(before), userText('Hello.'), { type: 'response.create' });
      // "You said: Hello.." is 17 characters of 60 ms.
      await call.pass(1_020 + 2_000);
      call.send(idle(now));
      await call.pass(passMs);
      const count = call.of('input_audio_buffer.timeout_triggered').length;
      await call.end();
      return count;
    };
    expect(await timeouts(5_000, undefined, 20_000)).toBe(0);
    expect(await timeouts(undefined, 5_000, 2_900)).toBe(0);
    expect(await timeouts(undefined, 5_000, 3_100)).toBe(1);
    expect(await timeouts(5_000, 8_000, 5_900)).toBe(0);
    expect(await timeouts(5_000, 8_000, 6_100)).toBe(1);
  });
});
