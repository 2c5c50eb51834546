import { describe, expect, it } from 'vitest';
import { openaiRealtime } from './openai-realtime.js';

const make = (options: object) => openaiRealtime({ model: 'm', baseURL: 'ws://127.0.0.1:1', ...options });

describe('openaiRealtime refuses, when it is made,', () => {
  it.each<[object, string]>([
    [{ turndetection: 'own' }, 'there is no option "turndetection"; use'],
    [{ turnDetection: 'server_vad' }, "turnDetection must be 'own', or an object whose type is 'server_vad' or 'semantic_vad'"],
    [{ turnDetection: null }, "turnDetection must be 'own'"],
    [{ turnDetection: { type: 'none' } }, "turnDetection must be 'own'"],
    [{ turnDetection: { type: 'server_vad', threshold: 3 } }, 'turnDetection.threshold is nothing that the protocol takes ('],
    [{ transcription: true }, "transcription must be false, or an object such as { model: 'whisper-1' }"],
    [{ transcription: { model: 7 } }, 'transcription.model is nothing that the protocol takes ('],
    [{ output: 'sound' }, "output must be 'audio' or 'text'"],
    [{ history: 'all' }, "history must be 'items' or 'packed'"],
    [{ audioFormat: 'pcm16' }, "audioFormat must be 'audio/pcm' or 'audio/pcmu' or 'audio/pcma'"],
    [{ noiseReduction: 'near' }, "noiseReduction must be 'near_field' or 'far_field'"],
    [{ speed: 2 }, 'speed must be a number from 0.25 to 1.5'],
    [{ maxOutputTokens: 0 }, "maxOutputTokens must be a whole number above 0, or 'inf'"],
    [{ voice: 3 }, 'voice must be the name of a voice'],
    [{ toolChoice: 'some' }, "toolChoice must be 'auto', 'none', 'required'"],
    [{ sessionLimitMs: 0 }, 'sessionLimitMs must be a number of milliseconds above 0'],
    [{ connectMs: Number.NaN }, 'connectMs must be'],
    [{ reconnectMs: '5000' }, 'reconnectMs must be'],
    [{ answerMs: -1 }, 'answerMs must be'],
    [{ keepAudioMs: Number.POSITIVE_INFINITY }, 'keepAudioMs must be'],
    [{ renewMs: -1 }, 'renewMs must be a number of milliseconds, 0 or more'],
    [{ renewMs: 60_000, sessionLimitMs: 60_000 }, 'renewMs must be less than sessionLimitMs, which is 60000'],
    [{ renewMs: 4_000_000 }, 'renewMs must be less than sessionLimitMs, which is 3600000'],
    [{ session: 'brief' }, 'session must be an object of settings'],
    [{ session: { temperature: 'hot' } }, 'session.temperature is nothing that the protocol takes ('],
    [
      { session: { audio: { input: { turn_detection: { type: 'server_vad', prefix_padding_ms: -1 } } } } },
      'session.audio.input.turn_detection.prefix_padding_ms is',
    ],
    [{ session: { type: 'transcription' } }, "session.type must be 'realtime', or left out"],
    [{ open: 'socket' }, 'open must be a function'],
    [{ headers: { 'x-team': 1 } }, 'headers.x-team is'],
  ])('%j', (options, words) => {
    expect(() => make(options)).toThrow(TypeError);
    expect(() => make(options)).toThrow(`openaiRealtime: ${words}`);
    expect(() => make(options)).toThrow(/^[^\n]+\.$/);
  });

  it('no options at all', () => {
    expect(() => Reflect.apply(openaiRealtime, undefined, [])).toThrow('openaiRealtime: pass an object of options');
  });
});

it('openaiRealtime takes whatever the protocol takes, and what is left undefined', () => {
  make({
    turnDetection: { type: 'semantic_vad', eagerness: 'low' },
    transcription: false,
    voice: { id: 'voice_1' },
    toolChoice: { type: 'function', name: 'weather' },
    maxOutputTokens: 'inf',
    renewMs: 0,
    speed: undefined,
    session: { temperature: 0.8, truncation: 'auto', of_a_later_protocol: true },
  });
  make({ turnDetection: 'own', transcription: { model: 'whisper-1', language: 'de' } });
});
