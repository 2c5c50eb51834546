import { type ServiceCall, type TTSChunk, TTSService } from '@voxrill/core';
import type { RealtimeCallParts } from '@voxrill/realtime-server';

/** A voice that many calls share, speaking as the client of one call wants it to. */
export class VoiceOfCall extends TTSService {
  readonly name: string;
  override readonly tuning: TTSService['tuning'];
  readonly #tts: TTSService;
  readonly #call: RealtimeCallParts;

  constructor(tts: TTSService, call: RealtimeCallParts) {
    super();
    this.name = tts.name;
    this.tuning = tts.tuning;
    this.#tts = tts;
    this.#call = call;
  }

  synthesize(text: string, call: ServiceCall): AsyncIterable<TTSChunk> {
    return this.#tts.synthesize(text, { ...call, settings: { ...call.settings, voice: this.#call.voice() } });
  }
}
