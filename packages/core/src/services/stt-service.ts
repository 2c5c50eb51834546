import type { ServiceCall, TranscriptResult, UtteranceAudio } from './contracts.js';

export abstract class STTService {
  abstract readonly name: string;
  abstract readonly sampleRate: number;
  prepare?(call: ServiceCall): Promise<void>;
  abstract transcribe(audio: UtteranceAudio, call: ServiceCall): AsyncIterable<TranscriptResult>;
}
