import type { LLMChunk, LLMRequest, ServiceCall } from './contracts.js';

export abstract class LLMService {
  abstract readonly name: string;
  prepare?(call: ServiceCall): Promise<void>;
  abstract generate(request: LLMRequest, call: ServiceCall): AsyncIterable<LLMChunk>;
}
