import { describe, expect, it } from 'vitest';
import { realtimeAudioRate } from './audio-format.js';
import { defaultSession } from './default-session.js';
import type { RealtimeDialectName } from './dialect.js';
import { mergeSession } from './merge-session.js';
import { parseClientEvent } from './parse-event.js';
import { realtimeIds } from './realtime-ids.js';
import { responseSettings } from './response-settings.js';
import { realtimeServerEvents } from './server-events.js';
import type { RealtimeSessionState } from './session-state.js';
import { toDialect } from './to-dialect.js';

const id = realtimeIds();
const say = realtimeServerEvents(() => id('event'));
const begin = (dialect: RealtimeDialectName) => defaultSession({ id: 'sess_1', model: 'local', dialect });
const echoed = (state: RealtimeSessionState, dialect: RealtimeDialectName) =>
  toDialect(say.sessionUpdated(state), dialect)?.session;
function updated(state: RealtimeSessionState, session: object, dialect: RealtimeDialectName): RealtimeSessionState {
  const parsed = parseClientEvent({ type: 'session.update', session }, dialect);
  if (parsed.kind !== 'event' || parsed.event.type !== 'session.update') throw new Error(JSON.stringify(parsed));
  return mergeSession(state, parsed.event.session);
}

const flatDefaults = {
  id: 'sess_1',
  object: 'realtime.session',
  model: 'local',
  modalities: ['text', 'audio'],
  instructions: '',
  voice: 'alloy',
  input_audio_format: 'pcm16',
  output_audio_format: 'pcm16',
  input_audio_transcription: null,
  turn_detection: {
    type: 'server_vad',
    threshold: 0.5,
    prefix_padding_ms: 300,
    silence_duration_ms: 500,
    create_response: true,
    interrupt_response: true,
  },
  tools: [],
  tool_choice: 'auto',
  temperature: 0.8,
  max_response_output_tokens: 'inf',
};

describe('a session of the beta', () => {
  it('begins with both modalities, server VAD and no transcription (S000-4) (S000-6) (S001-10)', () => {
    expect(echoed(begin('beta-2024-10'), 'beta-2024-10')).toEqual(flatDefaults);
  });

  it('takes the example of Azure’s guide, and echoes it merged with the defaults (S004-5)', () => {
    const session = {
      voice: 'alloy',
      instructions: "Call provided tools if appropriate for the user's input.",
      input_audio_format: 'pcm16',
      input_audio_transcription: { model: 'whisper-1' },
      turn_detection: { threshold: 0.4, silence_duration_ms: 600, type: 'server_vad' },
      tools: [
        {
          type: 'function',
          name: 'get_weather_for_location',
          description: 'gets the weather for a location',
          parameters: {
            type: 'object',
            properties: { location: { type: 'string' }, unit: { type: 'string', enum: ['c', 'f'] } },
            required: ['location', 'unit'],
          },
        },
      ],
    };
    for (const dialect of ['beta-2024-10', 'beta', 'azure-preview'] as const) {
      const expected = {
        ...flatDefaults,
        ...session,
        turn_detection: { ...flatDefaults.turn_detection, ...session.turn_detection },
      };
      expect(echoed(updated(begin(dialect), session, dialect), dialect)).toMatchObject(expected);
    }
  });

  it('can be text alone, and both again (S000-4)', () => {
    const text = updated(begin('beta'), { modalities: ['text'] }, 'beta');
    expect(text.output_modalities).toEqual(['text']);
    expect(echoed(text, 'beta')).toMatchObject({ modalities: ['text'] });
    expect(echoed(updated(text, { modalities: ['audio', 'text'] }, 'beta'), 'beta')).toMatchObject({
      modalities: ['text', 'audio'],
    });
  });

  it('takes both spellings of its limit of tokens, and a response keeps the shorter', () => {
    expect(updated(begin('beta'), { max_output_tokens: 7 }, 'beta').max_output_tokens).toBe(7);
    expect(updated(begin('beta'), { max_response_output_tokens: 8 }, 'beta').max_output_tokens).toBe(8);
    const wire = toDialect(
      { type: 'response.create', response: { max_output_tokens: 9, audio: { output: { voice: 'a' } } } },
      'beta',
    );
    expect(wire).toEqual({ type: 'response.create', response: { max_output_tokens: 9, voice: 'a' } });
  });

  it('writes manual turns as null, and as Azure’s preview has it', () => {
    const manual = updated(begin('beta'), { turn_detection: { type: 'none' } }, 'azure-preview');
    expect(manual.audio.input.turn_detection).toBeNull();
    expect(echoed(manual, 'beta')).toMatchObject({ turn_detection: null });
    expect(echoed(manual, 'azure-preview')).toMatchObject({ turn_detection: { type: 'none' } });
  });
});

describe.each(['beta-2024-10', 'ga'] as const)('a session in %s', (dialect) => {
  const input = (members: object) =>
    dialect === 'ga'
      ? { type: 'realtime', audio: { input: members } }
      : Object.fromEntries(
          Object.entries(members).map(([key, value]) => [key === 'transcription' ? 'input_audio_transcription' : key, value]),
        );

  it('switches transcription on, echoes only what was asked for, and switches it off by null (S000-6)', () => {
    const on = updated(begin(dialect), input({ transcription: { model: 'whisper-1' } }), dialect);
    expect(on.audio.input.transcription).toEqual({ model: 'whisper-1' });
    expect(updated(on, input({ turn_detection: null }), dialect).audio.input.transcription).toEqual({ model: 'whisper-1' });
    expect(updated(on, input({ transcription: null }), dialect).audio.input.transcription).toBeNull();
  });

  it('sets each of the three numbers of turn detection (S000-8)', () => {
    const numbers = { threshold: 0.9, prefix_padding_ms: 100, silence_duration_ms: 900 };
    for (const [name, value] of Object.entries(numbers)) {
      const state = updated(begin(dialect), input({ turn_detection: { type: 'server_vad', [name]: value } }), dialect);
      expect(state.audio.input.turn_detection).toEqual({
        ...begin(dialect).audio.input.turn_detection,
        [name]: value,
      });
    }
  });

  it('has turn detection on, and off and on again at any time (S001-10)', () => {
    expect(begin(dialect).audio.input.turn_detection).toMatchObject({ type: 'server_vad', silence_duration_ms: 500 });
    const off = updated(begin(dialect), input({ turn_detection: null }), dialect);
    expect(off.audio.input.turn_detection).toBeNull();
    const on = updated(off, input({ turn_detection: { type: 'semantic_vad' } }), dialect);
    expect(on.audio.input.turn_detection).toEqual({
      type: 'semantic_vad',
      eagerness: 'auto',
      create_response: true,
      interrupt_response: true,
    });
  });
});

describe('the audio of a session', () => {
  it.each([
    ['pcm16', { type: 'audio/pcm', rate: 24000 }, 24000, 48],
    ['g711_ulaw', { type: 'audio/pcmu' }, 8000, 8],
    ['g711_alaw', { type: 'audio/pcma' }, 8000, 8],
  ] as const)('can be %s in and out, in either way to write it (S001-2)', (name, format, sampleRate, bytesPerMs) => {
    const flat = updated(begin('beta'), { input_audio_format: name, output_audio_format: name }, 'beta');
    const nested = updated(begin('ga'), { type: 'realtime', audio: { input: { format }, output: { format } } }, 'ga');
    for (const { audio } of [flat, nested]) expect([audio.input.format, audio.output.format]).toEqual([format, format]);
    expect(echoed(nested, 'beta')).toMatchObject({ input_audio_format: name, output_audio_format: name });
    expect(echoed(flat, 'ga')).toMatchObject({ audio: { input: { format }, output: { format } } });
    expect(realtimeAudioRate(format)).toEqual({ sampleRate, bytesPerMs });
  });

  it('may be written with the hyphen of Azure’s own client', () => {
    expect(updated(begin('beta'), { input_audio_format: 'g711-ulaw' }, 'azure-preview').audio.input.format).toEqual({
      type: 'audio/pcmu',
    });
  });
});

describe('an update', () => {
  it('changes what it names; empty clears, null switches off or says nothing', () => {
    const tool = { type: 'function', name: 'f' } as const;
    const state = mergeSession(begin('ga'), {
      type: 'realtime',
      instructions: 'Be brief.',
      tools: [tool],
      tracing: 'auto',
      audio: { output: { voice: 'echo', speed: 1.2 }, input: { noise_reduction: { type: 'near_field' } } },
    });
    expect(state).toMatchObject({ instructions: 'Be brief.', tools: [tool], audio: { output: { voice: 'echo', speed: 1.2 } } });
    expect(
      mergeSession(state, { type: 'realtime', instructions: null, tools: null, audio: { output: { voice: null } } }),
    ).toEqual(state);
    const cleared = mergeSession(state, {
      type: 'realtime',
      instructions: '',
      tools: [],
      tracing: null,
      audio: { input: { noise_reduction: null } },
    });
    expect(cleared).toMatchObject({ instructions: '', tools: [], tracing: null, audio: { input: { noise_reduction: null } } });
    expect(cleared.audio.output).toEqual(state.audio.output);
  });

  it('never changes who the session is, nor its model', () => {
    const parsed = { type: 'realtime', id: 'other', object: 'x', model: 'other', expires_at: 1 } as const;
    expect(mergeSession(begin('ga'), parsed)).toEqual(begin('ga'));
  });

  it('is laid over the session for one response, and null says nothing', () => {
    const session = mergeSession(begin('beta'), { type: 'realtime', instructions: 'Be brief.' });
    const settings = responseSettings(session, {
      instructions: 'Sing.',
      output_modalities: ['text'],
      conversation: 'none',
      metadata: { a: 'b' },
      input: [],
      tools: null,
    });
    expect(settings).toMatchObject({
      instructions: 'Sing.',
      output_modalities: ['text'],
      conversation: 'none',
      metadata: { a: 'b' },
      input: [],
      tools: [],
    });
    expect(responseSettings(session, undefined)).toMatchObject({
      instructions: 'Be brief.',
      conversation: 'auto',
      metadata: null,
      temperature: 0.8,
    });
    expect('input' in responseSettings(session, {})).toBe(false);
  });
});
