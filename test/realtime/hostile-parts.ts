import type { Random } from '@voxrill/testing';

/** An object of the wire. */
export type Wire = Readonly<Record<string, unknown>>;

/** What an event is made with: a name that may exist, or one that does not. */
export interface Making {
  readonly random: Random;
  name(): string;
  fresh(): string;
}

export const numbers = [0, 1, 100, 1_000, 2 ** 31, 2 ** 53, -1, 1e308];
export const oddAudio = ['AAAA', 'AAAB', 'A', 'AA==', '', '***', 'AAAA AAAA', 'A'.repeat(12_800), 'f39/f39/'.repeat(800)];

const detection = ({ random }: Making): unknown =>
  random.pick<unknown>([
    null,
    {
      type: 'server_vad',
      threshold: 0.5,
      silence_duration_ms: random.pick([200, 0, 1e9]),
      prefix_padding_ms: random.pick(numbers),
    },
    { type: 'server_vad', create_response: false, interrupt_response: false, idle_timeout_ms: random.pick([5_000, 0, 1e9]) },
    { type: 'semantic_vad', eagerness: random.pick(['low', 'high', 'most']) },
  ]);

/** Settings, sound or not. */
export const sessions = (making: Making): Wire => {
  const { random } = making;
  const tools = Array.from({ length: random.pick([0, 1, 200]) }, (_, index) => ({
    type: 'function',
    name: `tool_${index}`,
    description: 'x'.repeat(random.pick([0, 200])),
    parameters: { type: 'object', properties: { a: { type: 'string' } } },
  }));
  return random.pick<() => Wire>([
    () => ({
      type: 'realtime',
      tools,
      tool_choice: random.pick<unknown>(['auto', 'none', { type: 'function', name: 'tool_0' }]),
    }),
    () => ({ type: 'realtime', audio: { input: { turn_detection: detection(making) } } }),
    () => ({ turn_detection: detection(making), modalities: ['text', 'audio'], voice: 'alloy', temperature: 0.8 }),
    () => ({
      type: 'realtime',
      audio: { input: { format: { type: random.pick(['audio/pcm', 'audio/pcmu', 'audio/pcma', 'x']) } } },
    }),
    () => ({ input_audio_format: random.pick(['pcm16', 'g711_ulaw', 'mp3']), output_audio_format: 'g711_alaw' }),
    () => ({ type: 'realtime', output_modalities: random.pick([['text'], ['audio'], ['audio', 'text'], []]) }),
    () => ({
      type: 'realtime',
      instructions: 'x'.repeat(random.pick([0, 5_000])),
      max_output_tokens: random.pick([1, 'inf', 0, 1e9]),
    }),
    () => ({ type: 'transcription', audio: { input: { transcription: { model: 'x' } } } }),
  ])();
};
