import type { Attributes, Tracer } from '@opentelemetry/api';

/** Options of `traceSession`. */
export interface TraceOptions {
  /** @defaultValue the global tracer provider's tracer `voxrill` */
  readonly tracer?: Tracer;
  /**
   * Whether transcripts, prompts, replies, and what tools are given and answer may be written into spans. They are personal:
   * where traces go, the words of your users go. Each text is cut at 16,384 characters. @defaultValue false
   */
  readonly recordText?: boolean;
  /** Put on the span of the conversation. */
  readonly attributes?: Attributes;
  /**
   * Who stands behind a service, for `gen_ai.provider.name`, by the name of the processor: `{ llm: 'openai' }`.
   * @defaultValue the name of the processor
   */
  readonly providers?: Readonly<Record<string, string>>;
}
