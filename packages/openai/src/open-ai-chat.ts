import { type LLMChunk, type LLMRequest, LLMService, type LLMUsage, type ServiceCall, ServiceError } from '@voxrill/core';
import type OpenAI from 'openai';
import { openaiBaseURL } from './base-url.js';
import { chatBody } from './chat-body.js';
import { readChunk } from './chat-chunk.js';
import { chatFailure, closedEarly, emptyAnswer, timedOut } from './chat-error.js';
import { type OpenAIChatOptions, type ResolvedChatOptions, resolveChatOptions } from './chat-options.js';
import { ToolCallAssembly } from './tool-call-assembly.js';
import { type StreamEnd, watchingFetch } from './watch-end.js';

// Time-outs are kept on the call's clock; the SDK's own timer must never be the first.
const noTimeoutMs = 2_147_483_647;

/**
 * A language model behind the chat completions API: OpenAI, or any server that speaks it (Ollama, vLLM, llama.cpp).
 * Text is yielded as it comes, tool calls whole, usage last. An abort ends it without a word; everything else that goes
 * wrong is a `ServiceError` with a category.
 */
export class OpenAIChat extends LLMService {
  override readonly name = 'openai-chat';
  override readonly tuning: { readonly firstMs: number; readonly nextMs: number };
  override readonly model: string;
  readonly #options: ResolvedChatOptions;
  #client: Promise<OpenAI> | undefined;
  /** Off once a server has refused to send it. */
  #includeUsage: boolean;

  constructor(options: OpenAIChatOptions) {
    super();
    this.#options = resolveChatOptions(options);
    this.model = this.#options.model;
    this.#includeUsage = this.#options.includeUsage;
    const { timeoutMs } = this.#options;
    // This class watches each chunk itself: those of a tool call are not yielded, and would look like a stall from outside.
    this.tuning = { firstMs: timeoutMs, nextMs: timeoutMs };
  }

  /** Loads the SDK; sends nothing. */
  override async prepare(call: ServiceCall): Promise<void> {
    await call.clock.external(this.#loaded());
  }

  override async *generate(request: LLMRequest, call: ServiceCall): AsyncIterable<LLMChunk> {
    const options = this.#options;
    const { clock, signal } = call;
    const stop = new AbortController();
    const onAbort = (): void => stop.abort(signal.reason);
    if (signal.aborted) return;
    signal.addEventListener('abort', onAbort, { once: true });
    const cancelTotal = clock.setTimer(() => stop.abort(timedOut(options, options.timeoutMs)), options.timeoutMs);
    const inner: ServiceCall = { clock, signal: stop.signal };
    try {
      for (let attempt = 0; ; attempt++) {
        const progress = { received: false };
        try {
          yield* this.#attempt(request, inner, stop, progress);
          return;
        } catch (error) {
          if (stop.signal.aborted) throw stop.signal.reason;
          const failed = chatFailure(error, options, progress.received);
          if (failed.refusesUsage === true && this.#includeUsage) {
            this.#includeUsage = false;
            attempt--;
            continue;
          }
          const delayMs = failed.retryAfterMs ?? Math.min(options.retryDelayMs * 2 ** attempt, options.maxRetryDelayMs);
          const again =
            failed.retryable && !progress.received && attempt < options.maxRetries && delayMs <= options.maxRetryDelayMs;
          if (!again) throw failed.error;
          await clock.sleep(delayMs, stop.signal);
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      throw stop.signal.aborted ? stop.signal.reason : error;
    } finally {
      cancelTotal();
      signal.removeEventListener('abort', onAbort);
      // Also reached when the consumer stops early: the request must not go on.
      stop.abort();
    }
  }

  async *#attempt(
    request: LLMRequest,
    call: ServiceCall,
    stop: AbortController,
    progress: { received: boolean },
  ): AsyncGenerator<LLMChunk> {
    const options = this.#options;
    const { clock, signal } = call;
    const end: StreamEnd = { sawDone: false, isEventStream: false };
    const allow = (limitMs: number) => clock.setTimer(() => stop.abort(timedOut(options, limitMs)), limitMs);
    let cancelLimit = allow(options.firstTokenTimeoutMs);
    const calls = new ToolCallAssembly();
    let usage: LLMUsage | undefined;
    let finish: string | undefined;
    let spoke = false;
    try {
      const client = (await clock.external(this.#loaded())).withOptions({ fetch: watchingFetch(end) });
      const body = chatBody(request, options, this.#includeUsage);
      const stream = await clock.external(Promise.resolve(client.chat.completions.create(body, { signal })));
      const chunks = stream[Symbol.asyncIterator]();
      for (;;) {
        // Each wait for the socket is announced, so that a virtual clock does not run ahead of it.
        const step = await clock.external(chunks.next());
        // The SDK ends an aborted stream as if it were complete.
        signal.throwIfAborted();
        if (step.done === true) break;
        progress.received = true;
        cancelLimit();
        const chunk = readChunk(step.value);
        for (const delta of chunk.calls) calls.add(delta);
        usage = chunk.usage ?? usage;
        finish = chunk.finish ?? finish;
        if (chunk.text !== '') {
          spoke = true;
          yield { type: 'text', text: chunk.text };
          signal.throwIfAborted();
        }
        cancelLimit = allow(options.nextChunkTimeoutMs);
      }
    } finally {
      cancelLimit();
    }
    if (!progress.received && !end.sawDone && !end.isEventStream) throw emptyAnswer(options).error;
    if (finish === undefined && !end.sawDone) throw closedEarly(options).error;
    const made = calls.finished(request.messages);
    if (finish === 'content_filter' && !spoke && made.length === 0) {
      throw new ServiceError(
        'invalid-request',
        `The content filter of ${options.baseURL} withheld the answer: say it in other words.`,
        { usable: true },
      );
    }
    for (const one of made) yield { type: 'tool-call', call: one };
    if (usage !== undefined) yield { type: 'usage', usage };
  }

  #loaded(): Promise<OpenAI> {
    this.#client ??= this.#load().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #load(): Promise<OpenAI> {
    const { baseURL, apiKey, headers } = this.#options;
    const { default: Client } = await import('openai');
    // Organization and project of the environment belong to OpenAI, and no other server should see them.
    const account = baseURL === openaiBaseURL ? {} : { organization: null, project: null };
    // The SDK insists on a key. A server that needs none gets no such header.
    const noKey = apiKey === '' ? { Authorization: null } : {};
    return new Client({
      ...account,
      baseURL,
      apiKey: apiKey === '' ? 'none' : apiKey,
      adminAPIKey: null,
      defaultHeaders: { ...noKey, ...headers },
      maxRetries: 0,
      timeout: noTimeoutMs,
      logLevel: 'off',
    });
  }
}

/**
 * Makes a language model of any OpenAI-compatible chat completions server.
 *
 * Throws at once when an option is wrong, or when a server outside the local network has no key.
 *
 * @example
 * ```ts
 * const cloud = openaiChat({ model: 'gpt-4o-mini' }); // key from OPENAI_API_KEY
 * const local = openaiChat({ model: 'llama3.2', baseURL: 'http://localhost:11434/v1' }); // Ollama, no key
 * ```
 */
export const openaiChat = (options: OpenAIChatOptions): OpenAIChat => new OpenAIChat(options);
