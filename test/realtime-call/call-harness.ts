import { energyVad, type VadDecision, type VadEngine } from '@voxrill/audio';
import { pipeline, VirtualClock } from '@voxrill/core';
import {
  defaultSession,
  encodeAudio,
  parseClientEvent,
  type RealtimeDialectName,
  type RealtimeSession,
  realtimeIds,
  toDialect,
} from '@voxrill/openai';
import {
  type MakePipeline,
  type MakeTurnDetector,
  RealtimeCall,
  type RealtimeCallLimits,
  type TurnDetectorSettings,
} from '@voxrill/realtime-server';
import { type FakeLLM, type FakeSTT, type FakeTTS, fakeLLM, fakeSTT, fakeTTS, spokenText } from '@voxrill/testing';
import { expect } from 'vitest';
import { EventOrder } from '../realtime-schemas/event-order.js';
import { complaints } from '../realtime-schemas/published-schema.js';

export type Wire = Readonly<Record<string, unknown>> & { readonly type: string };

export interface HarnessOptions {
  readonly dialect?: RealtimeDialectName;
  readonly stt?: FakeSTT;
  readonly llm?: FakeLLM;
  readonly tts?: FakeTTS;
  readonly makePipeline?: MakePipeline;
  readonly settings?: RealtimeSession;
  readonly limits?: RealtimeCallLimits;
  /** `usual`: the one of the server. @defaultValue `pulseVad` */
  readonly vad?: MakeTurnDetector | 'usual';
}

/** A call with fakes on the virtual clock; each event on its wire is held against the published schemas and the rules of order. */
export async function calling(options: HarnessOptions = {}) {
  const {
    dialect = 'ga',
    stt = fakeSTT({ sampleRate: 24_000 }),
    llm = fakeLLM(),
    tts = fakeTTS({ sampleRate: 24_000 }),
    vad = pulseVad,
    settings,
  } = options;
  const clock = new VirtualClock();
  const events: Wire[] = [];
  const wrong: string[] = [];
  const closes: { readonly code: number; readonly reason: string }[] = [];
  let random = 1;
  const nextId = realtimeIds(() => {
    random = (random * 16_807) % 2_147_483_647;
    return random / 2_147_483_647;
  });
  const family = dialect.endsWith('ga') ? 'ga' : 'beta';
  const order = new EventOrder(family, (fault) => void wrong.push(fault));
  let told = Promise.resolve();
  const makePipeline: MakePipeline =
    options.makePipeline ?? ((parts) => pipeline(parts.input, stt, parts.conversation, llm, tts, parts.output));
  const call = new RealtimeCall({
    wire: {
      send(event) {
        const wire = toDialect(event, dialect);
        if (wire === undefined) return;
        events.push(wire);
        // A session of this kind says more than was published: its id, and that noise reduction is off.
        const closed = wire.type !== 'transcription_session.updated';
        wrong.push(...complaints(wire, 'server', family, { closed }));
        order.fromServer(wire);
      },
      close: (code, reason) => void closes.push({ code, reason }),
    },
    makePipeline,
    session: defaultSession({ id: nextId('sess'), model: 'fakes', dialect, ...(settings === undefined ? {} : { settings }) }),
    dialect,
    clock,
    ...(vad === 'usual' ? {} : { vad }),
    nextId,
    inputSampleRate: stt.sampleRate,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  await call.start();
  const send = (...given: readonly unknown[]): void => {
    for (const event of given) {
      if (typeof event === 'object' && event !== null) order.fromClient(event as Wire);
      call.receive(parseClientEvent(typeof event === 'string' ? event : JSON.stringify(event), dialect));
    }
  };
  /** Lets so much time pass. */
  const pass = (ms = 0): Promise<void> => {
    told = told.then(() => clock.advance(ms));
    return told;
  };
  /** Appends samples of the session's PCM, 20 ms at a time, as a microphone does; or all at once. */
  const hears = async (samples: Int16Array, { atOnce = false } = {}): Promise<void> => {
    const step = atOnce ? samples.length : 480;
    for (let at = 0; at < samples.length; at += step) {
      send({ type: 'input_audio_buffer.append', audio: encodeAudio(samples.slice(at, at + step)) });
      await pass(atOnce ? 0 : 20);
    }
  };
  return {
    call,
    clock,
    events,
    closes,
    send,
    pass,
    hears,
    stt,
    llm,
    tts,
    types: () => events.map(({ type }) => type),
    of: (type: string) => events.filter((event) => event.type === type),
    /** Ends the call, and fails if anything on its wire was wrong. */
    async end(): Promise<void> {
      call.close('The test is over.');
      await pass(0);
      await Promise.all([call.done, clock.runUntil(call.done)]);
      order.end();
      expect(wrong).toEqual([]);
      expect(clock.pendingTimers).toBe(0);
    },
  };
}

export type Calling = Awaited<ReturnType<typeof calling>>;

/** Speech of the client: 24 kHz. */
export const says = (words: string, lastsMs = words.length * 60): Int16Array =>
  spokenText(words, { lastsMs, sampleRate: 24_000 });
export const silent = (ms: number): Int16Array => new Int16Array(ms * 24);

export const userText = (words: string, id?: string) => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', ...(id === undefined ? {} : { id }), content: [{ type: 'input_text', text: words }] },
});

/** A detector that takes any sample that is not 0 for a voice, after 20 ms of it, in frames of 20 ms. */
export function pulseVad({ sampleRate, silenceMs }: TurnDetectorSettings): VadEngine {
  const { name, frameMs } = energyVad({ sampleRate });
  let heard = 0;
  let speaking = false;
  let lastVoice = 0;
  const ms = (samples: number): number => (samples / sampleRate) * 1000;
  const reset = (): void => {
    heard = 0;
    speaking = false;
  };
  return {
    name,
    sampleRate,
    frameMs,
    prefixMs: 300,
    process(samples) {
      const decisions: VadDecision[] = [];
      const step = sampleRate / 50;
      for (let at = 0; at < samples.length; at += step) {
        const frame = samples.subarray(at, at + step);
        const first = frame.findIndex((sample) => sample !== 0);
        const onset = ms(heard + Math.max(0, first));
        const last = frame.findLastIndex((sample) => sample !== 0);
        const voiceEnd = ms(heard + last + 1);
        heard += frame.length;
        if (last !== -1) {
          if (!speaking) decisions.push({ type: 'start', atMs: ms(heard), speechAtMs: onset });
          speaking = true;
          lastVoice = voiceEnd;
        } else if (speaking && ms(heard) - lastVoice >= silenceMs) {
          speaking = false;
          decisions.push({ type: 'stop', atMs: ms(heard), speechAtMs: lastVoice });
        }
      }
      return decisions;
    },
    flush: () => [],
    reset,
  };
}
