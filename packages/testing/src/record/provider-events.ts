import { type FrameOf, type TappedFrame, usageOf } from '@voxrill/core';
import { type OutsideEvent, type ProviderStep, toolsProvider } from './outside-event.js';

/** Finds in a recording what its recognisers, models, voices and tools have answered, and when. `except`: who is none of these. */
export function providerEvents(frames: readonly TappedFrame[], except: ReadonlySet<string>): OutsideEvent[] {
  const events: OutsideEvent[] = [];
  const state = new Answers(frames, events);
  frames.forEach((tapped, index) => {
    if (!except.has(tapped.from)) state.see(tapped, index);
  });
  return events;
}

/** Where the time to the first piece was measured: that piece came just before. */
interface First {
  readonly index: number;
  readonly at: number;
}

class Answers {
  readonly #frames: readonly TappedFrame[];
  readonly #events: OutsideEvent[];
  readonly #first = new Map<string, First>();
  /** The open response of each model, and who speaks which utterance. */
  readonly #responses = new Map<string, string>();
  readonly #speakers = new Map<string, string>();
  readonly #toolCalls = new Map<string, { readonly frame: FrameOf<'tool-calls'>; given: number; done: boolean }>();

  constructor(frames: readonly TappedFrame[], events: OutsideEvent[]) {
    this.#frames = frames;
    this.#events = events;
    for (const { frame } of frames)
      if (frame.kind === 'tool-calls') this.#toolCalls.set(frame.group, { frame, given: 0, done: false });
  }

  see(tapped: TappedFrame, index: number): void {
    const { frame, from, at } = tapped;
    const give = (provider: string, call: string, step: ProviderStep, where: First = { index, at }): void => {
      this.#events.push({ at: where.at, index: where.index, act: { type: 'give', provider, call, step } });
    };
    const firstOf = (provider: string): First => {
      const first = this.#first.get(provider);
      this.#first.delete(provider);
      return first ?? { index, at };
    };
    switch (frame.kind) {
      case 'metrics':
        this.#measured(frame, index, at, give);
        return;
      case 'llm-response-start':
        this.#first.delete(from);
        this.#responses.set(from, frame.response);
        return;
      case 'llm-text': {
        if (this.#responses.get(from) !== frame.response) return;
        const first = firstOf(from);
        // Measured long before: it was a tool call that came first.
        const tools = this.#toolCalls.get(frame.response);
        const early = first.index < index && first.at < at && tools !== undefined;
        if (early) this.#giveTools(from, frame.response, 1, first);
        give(from, frame.response, { type: 'yield', value: { type: 'text', text: frame.text } }, early ? { index, at } : first);
        return;
      }
      case 'tool-calls': {
        const first = firstOf(from);
        if (first.index < index) this.#giveTools(from, frame.group, 1, first);
        this.#giveTools(from, frame.group, Number.POSITIVE_INFINITY, { index, at });
        give(from, frame.group, { type: 'return' });
        const tools = this.#toolCalls.get(frame.group);
        if (tools !== undefined) tools.done = true;
        return;
      }
      case 'llm-response-end':
        if (this.#toolCalls.get(frame.response)?.done !== true) give(from, frame.response, this.#ended(from, index, at));
        return;
      case 'tts-started':
        this.#first.delete(from);
        this.#speakers.set(frame.utterance, from);
        return;
      case 'tts-words':
        if (this.#speakers.get(frame.utterance) === from)
          give(from, frame.utterance, { type: 'yield', value: { type: 'words', words: frame.words } });
        return;
      case 'tts-audio': {
        if (this.#speakers.get(frame.utterance) !== from) return;
        const { samples, sampleRate } = frame;
        give(from, frame.utterance, { type: 'yield', value: { type: 'audio', samples, sampleRate } }, firstOf(from));
        return;
      }
      case 'tts-stopped':
        if (this.#speakers.get(frame.utterance) === from) give(from, frame.utterance, this.#ended(from, index, at));
        return;
      case 'interim-transcription':
      case 'transcription':
        this.#heard(frame, tapped, index, frame.kind === 'transcription' ? firstOf(from) : { index, at }, give);
        return;
      case 'tool-progress':
        give(toolsProvider, frame.callId, { type: 'yield', value: { progress: frame.progress } });
        return;
      case 'tool-result': {
        const { outcome, callId } = frame;
        if (outcome.status === 'result') give(toolsProvider, callId, { type: 'yield', value: { result: outcome.value } });
        // The other ends are the framework's own, and come again by themselves.
        else if (outcome.status === 'error') give(toolsProvider, callId, { type: 'throw', error: new Error(outcome.message) });
        return;
      }
      default:
    }
  }

  #measured(
    { metrics }: FrameOf<'metrics'>,
    index: number,
    at: number,
    give: (provider: string, call: string, step: ProviderStep) => void,
  ): void {
    const processor = metrics[0]?.processor;
    if (processor === undefined) return;
    // What a recogniser has taken is told right before its final text.
    if (metrics.some(({ name }) => name === 'ttfb' || name === 'audio-ms')) this.#first.set(processor, { index, at });
    const response = this.#responses.get(processor);
    const usage = usageOf(metrics);
    if (response !== undefined && usage !== undefined) {
      give(processor, response, { type: 'yield', value: { type: 'usage', usage } });
    }
  }

  #giveTools(provider: string, group: string, upTo: number, where: First): void {
    const tools = this.#toolCalls.get(group);
    for (; tools !== undefined && tools.given < Math.min(upTo, tools.frame.calls.length); tools.given++) {
      const call = tools.frame.calls[tools.given];
      if (call === undefined) return;
      const step: ProviderStep = { type: 'yield', value: { type: 'tool-call', call } };
      this.#events.push({ ...where, act: { type: 'give', provider, call: group, step } });
    }
  }

  #heard(
    frame: FrameOf<'transcription' | 'interim-transcription'>,
    { from, at }: TappedFrame,
    index: number,
    where: First,
    give: (provider: string, call: string, step: ProviderStep, where: First) => void,
  ): void {
    const final = frame.kind === 'transcription';
    const ended: ProviderStep = final ? this.#ended(from, index, at) : { type: 'return' };
    const { text, language } = frame;
    const value = { text, final, ...(language === undefined ? {} : { language }) };
    // A recogniser that failed has its last words sent by the framework.
    give(from, frame.utterance, ended.type === 'throw' ? ended : { type: 'yield', value }, where);
  }

  /** How a call has ended: with the error that the provider has thrown at that time, or well. */
  #ended(provider: string, index: number, at: number): ProviderStep {
    for (let next = index + 1; next < this.#frames.length; next++) {
      const tapped = this.#frames[next];
      if (tapped === undefined || tapped.at > at) break;
      const { frame, from } = tapped;
      if (from === provider && begins.has(frame.kind)) break;
      if (frame.kind === 'error' && frame.processor === provider)
        return { type: 'throw', error: frame.cause ?? new Error(frame.message) };
    }
    return { type: 'return' };
  }
}

const begins: ReadonlySet<string> = new Set(['llm-response-start', 'tts-started', 'transcription']);
