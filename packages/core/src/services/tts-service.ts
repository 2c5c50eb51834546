import type { ServiceCall, TTSChunk } from './contracts.js';

export abstract class TTSService {
  abstract readonly name: string;
  prepare?(call: ServiceCall): Promise<void>;
  abstract synthesize(text: string, call: ServiceCall): AsyncIterable<TTSChunk>;
}
