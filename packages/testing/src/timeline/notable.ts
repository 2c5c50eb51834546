import type { Frame, FrameKind, TappedFrame } from '@voxrill/core';

/** In which column of a timeline something is told. */
export type TimelineColumn = 'user' | 'bot' | 'services';

/** One line of a timeline. */
export interface TimelineEntry {
  readonly column: TimelineColumn;
  readonly text: string;
  /** How the line is marked: an interruption, or trouble. */
  readonly mark?: '✂' | '✗';
}

type Describe = { readonly [K in FrameKind]?: (frame: Extract<Frame, { readonly kind: K }>) => TimelineEntry | undefined };

const user = (text: string): TimelineEntry => ({ column: 'user', text });
const bot = (text: string): TimelineEntry => ({ column: 'bot', text });
const service = (text: string): TimelineEntry => ({ column: 'services', text });

const describe: Describe = {
  start: () => service('session starts'),
  end: ({ reason }) => service(`session ends${reason === undefined ? '' : `: ${reason}`}`),
  cancel: ({ reason }) => service(`session is cancelled${reason === undefined ? '' : `: ${reason}`}`),
  interruption: ({ reason }) => ({ column: 'services', text: `interruption: ${reason}`, mark: '✂' }),
  error: ({ processor, category, message }) => ({
    column: 'services',
    text: `${processor}: ${category}: ${message}`,
    mark: '✗',
  }),
  metrics: ({ metrics }) => {
    const ttfb = metrics.find(({ name }) => name === 'ttfb');
    return ttfb === undefined ? undefined : service(`${ttfb.processor ?? ''}: first after ${Math.round(ttfb.value)} ms`);
  },
  'service-metadata': ({ service: kind, processor }) =>
    kind === 'realtime' ? service(`${processor} hears and speaks by itself`) : undefined,
  'vad-user-started-speaking': () => user('voice begins'),
  'vad-user-stopped-speaking': () => user('voice is over'),
  'user-started-speaking': () => user('turn begins'),
  'user-stopped-speaking': ({ text, heard }) => {
    if (text !== '') return user(`turn ends: “${text}”`);
    return user(heard === true ? 'turn ends, heard by the model' : 'turn ends without a word');
  },
  'user-speech-ignored': ({ text, reason }) => user(`“${text}” is ignored: ${reason}`),
  'user-mute-started': () => user('is muted'),
  'user-mute-stopped': () => user('is heard again'),
  'user-idle': ({ afterMs }) => user(`has been silent for ${afterMs} ms`),
  'push-to-talk': ({ pressed }) => user(pressed ? 'presses the button' : 'lets go of the button'),
  'force-reply': () => user('wants an answer now'),
  'turn-verdict': ({ complete }) => service(`the turn seems ${complete ? 'over' : 'to go on'}`),
  speculation: ({ state }) => service(`speculation ${state}`),
  'output-pause': () => bot('holds its breath'),
  'output-resume': () => bot('goes on'),
  'interim-transcription': ({ text }) => service(`heard so far “${text}”`),
  transcription: ({ text, utterance, turn }) => service(`heard “${text}” (${utterance}, spoken in turn ${turn})`),
  'input-text': ({ text }) => user(`types “${text}”`),
  'input-dtmf': ({ digit }) => user(`presses ${digit}`),
  'bot-started-speaking': () => bot('begins to speak'),
  'bot-stopped-speaking': ({ interrupted }) => bot(interrupted ? 'is cut off' : 'has spoken'),
  'bot-spoke': ({ state, text }) => {
    if (state === 'playing') return undefined;
    return { column: 'bot', text: `“${text}${state === 'interrupted' ? ' –' : ''}”` };
  },
  'llm-context': ({ messages }) => service(`model is asked, ${messages.length} messages`),
  'llm-context-changed': ({ messages }) => service(`model is told of ${messages.length} messages`),
  'llm-response-start': () => undefined,
  'llm-response-end': () => service('model has answered'),
  'tts-speak': ({ text }) => service(`is to say “${text}”`),
  'tts-started': ({ text }) => service(text === '' ? 'model begins to speak' : `voice gets “${text}”`),
  'tts-stopped': () => undefined,
  'tool-calls': ({ calls }) => service(`tools: ${calls.map((call) => `${call.name}(${call.arguments})`).join(', ')}`),
  'tool-result': ({ name, outcome }) => service(`tool ${name}: ${outcome.status}`),
};

/** What a timeline says of a frame; undefined when it says nothing. */
export function timelineEntry(frame: Frame): TimelineEntry | undefined {
  const entry = describe[frame.kind] as ((frame: Frame) => TimelineEntry | undefined) | undefined;
  return entry?.(frame);
}

/** Keeps the first sighting of each frame that a timeline tells of, and of `bot-spoke`, which says what is being heard. */
export function notableFrames(): { readonly frames: TappedFrame[]; see(tapped: TappedFrame): boolean } {
  const frames: TappedFrame[] = [];
  const seen = new Set<number>();
  return {
    frames,
    see(tapped) {
      const { kind, id } = tapped.frame;
      if (describe[kind] === undefined || seen.has(id)) return false;
      seen.add(id);
      frames.push(tapped);
      return true;
    },
  };
}
