import { combinedVad, type VadDecision, type VadEngine } from '@voxrill/audio';
import { defineProcessor, type FrameProcessor, pipeline } from '@voxrill/core';
import { type MakePipeline, serveRealtime } from '@voxrill/realtime-server';
import { fakeLLM, fakeSTT, fakeTTS } from '@voxrill/testing';
import type { Bench, Emit } from '../figure.js';
import { cpuUs, median, percentile } from '../measure.js';
import type { BystanderAnswer, BystanderCommand } from './bystander.js';
import { type CallersAnswer, type CallersCommand, hrtimeMs } from './callers.js';
import { LoopLag } from './loop-lag.js';
import { Peer } from './peer.js';

const rate = 24_000;
const conversations = 100;
const speakMs = 14_000;
/** Some two seconds of speech, which come twice as fast as they are heard. */
const reply = 'Four hundred it is. They are ready at noon.';

type Callers = Peer<CallersCommand, CallersAnswer>;

/** When the first audio of each answer left the voice, by call. */
type FirstAudio = Map<string, number[]>;

/** Notes the first audio behind each beginning of an answer. */
function noted(firstAt: number[]): FrameProcessor {
  let first = false;
  return defineProcessor('noted', {
    down: {
      'llm-response-start': (frame) => {
        first = true;
        return frame;
      },
      'tts-audio': (frame) => {
        if (first) firstAt.push(hrtimeMs());
        first = false;
        return frame;
      },
    },
  });
}

function cascade(firstAudio: FirstAudio, { paced }: { readonly paced: boolean }): MakePipeline {
  return (call) => {
    const firstAt: number[] = [];
    firstAudio.set(call.id, firstAt);
    return pipeline(
      call.input,
      fakeSTT({ sampleRate: rate }),
      call.conversation,
      fakeLLM({ replies: () => reply, ...(paced ? { firstMs: 100, tokenMs: 20 } : {}) }),
      fakeTTS({ sampleRate: rate, charMs: 45, ...(paced ? { firstMs: 50, nextMs: 50 } : {}) }),
      noted(firstAt),
      call.output,
    );
  };
}

/** A detector that takes no time: any sample that is not 0 is voice. */
function voiceMark({ sampleRate, silenceMs }: { readonly sampleRate: number; readonly silenceMs: number }): VadEngine {
  const msOf = (samples: number): number => (samples / sampleRate) * 1000;
  let heard = 0;
  let voicedTo = 0;
  let speaking = false;
  return {
    name: 'voice-mark',
    sampleRate,
    frameMs: 20,
    prefixMs: 300,
    process(samples): readonly VadDecision[] {
      const beganAt = heard;
      heard += samples.length;
      if (samples.some((sample) => sample !== 0)) {
        voicedTo = heard;
        if (speaking) return [];
        speaking = true;
        return [{ type: 'start', atMs: msOf(heard), speechAtMs: msOf(beganAt) }];
      }
      if (!speaking || msOf(heard - voicedTo) < silenceMs) return [];
      speaking = false;
      return [{ type: 'stop', atMs: msOf(heard), speechAtMs: msOf(voicedTo) }];
    },
    flush: () => [],
    reset() {
      heard = 0;
      voicedTo = 0;
      speaking = false;
    },
  };
}

/** What lies between the voice and the wire, answer by answer, ms. */
function added(firstAudio: FirstAudio, { firstDeltasAt }: CallersAnswer, least: number): readonly number[] {
  return Object.entries(firstDeltasAt).flatMap(([id, cameAt]) => {
    const leftAt = firstAudio.get(id) ?? [];
    if (cameAt.length < least) throw new Error(`Of a call there were only ${cameAt.length} answers.`);
    if (Math.abs(leftAt.length - cameAt.length) > 1) {
      throw new Error(`${leftAt.length} answers were made, and ${cameAt.length} came.`);
    }
    return cameAt.map((at, answer) => at - (leftAt[answer] ?? at));
  });
}

async function typed(emit: Emit): Promise<void> {
  const [turns, warmUps] = [120, 20];
  const firstAudio: FirstAudio = new Map();
  const server = await serveRealtime(cascade(firstAudio, { paced: false }), { vad: voiceMark });
  const callers: Callers = Peer.start('realtime.callers', `${server.url}?model=any`);
  callers.tell({ do: 'type', turns });
  const ms = added(firstAudio, await callers.next(), turns).slice(warmUps);
  await callers.stop();
  await server.close();
  emit({ bench: 'realtime.server.first-delta', value: median(ms), unit: 'ms', runs: ms.length });
}

async function crowd(emit: Emit): Promise<void> {
  const firstAudio: FirstAudio = new Map();
  const server = await serveRealtime(cascade(firstAudio, { paced: true }), { vad: voiceMark, inputSampleRate: rate });
  const callers: Callers = Peer.start('realtime.callers', `${server.url}?model=any`);
  const bystander = Peer.start<BystanderCommand, BystanderAnswer>('realtime.bystander');
  const lag = new LoopLag();
  callers.tell({ do: 'speak', callers: conversations, ms: speakMs });
  await callers.next();
  lag.start();
  bystander.tell({ do: 'start' });
  const [beganAt, cpuBefore] = [performance.now(), cpuUs()];
  const ended = await callers.next();
  const chunks = ((performance.now() - beganAt) / 20) * conversations;
  const cpu = (cpuUs() - cpuBefore) / chunks;
  const lags = lag.stop();
  const late = lags.map(({ ms }) => ms);
  const atWork = lags.map(({ workMs }) => workMs);
  bystander.tell({ do: 'stop' });
  const { p99Ms } = await bystander.next();
  const ms = added(firstAudio, ended, 2);
  await Promise.all([callers.stop(), bystander.stop(), server.close()]);
  const group = `realtime.server.${conversations}-conversations`;
  emit({ bench: `${group}.lag-p99`, value: percentile(late, 0.99), unit: 'ms', runs: lags.length });
  emit({ bench: `${group}.lag-p99.at-work`, value: percentile(atWork, 0.99), unit: 'ms', runs: lags.length });
  emit({ bench: `${group}.lag-p50`, value: median(late), unit: 'ms', runs: lags.length });
  emit({ bench: `${group}.lag-p99.control`, value: p99Ms, unit: 'ms', runs: 1 });
  emit({ bench: `${group}.first-delta`, value: median(ms), unit: 'ms', runs: ms.length });
  emit({ bench: `${group}.processor-time`, value: cpu, unit: 'µs', runs: 1 });
}

/** What the detector that a server has by default takes for 20 ms; the hundred conversations have one that takes nothing. */
async function detector(emit: Emit): Promise<void> {
  const engine = await combinedVad({ sampleRate: rate });
  const noise = Int16Array.from({ length: rate }, (_, i) => Math.round(Math.sin(i * i * 1.7) * 800));
  const taken: number[] = [];
  for (let run = -3; run < 9; run++) {
    const began = cpuUs();
    for (let at = 0; at < noise.length; at += 480) void engine.process(noise.subarray(at, at + 480));
    if (run >= 0) taken.push((cpuUs() - began) / 50);
  }
  emit({ bench: 'realtime.server.detector', value: median(taken), unit: 'µs', runs: taken.length });
}

/** A pipeline of fakes as a Realtime server on real sockets. */
export const served: Bench = async (emit) => {
  await typed(emit);
  await crowd(emit);
  await detector(emit);
};
