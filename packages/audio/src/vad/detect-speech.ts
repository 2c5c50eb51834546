import type { AsyncVadEngine, VadDecision, VadEngine } from './vad-engine.js';

/**
 * Lets an engine hear a whole recording and gives out each decision as soon as it is made. Speech that is still open at the end
 * is closed by a last `stop`. The engine can be used again afterwards.
 *
 * @param chunks - Mono 16-bit samples at the engine's rate, in chunks of any size.
 *
 * @example
 * ```ts
 * const vad = await combinedVad();
 * for await (const decision of detectSpeech(await openWav('call.wav', { sampleRate: vad.sampleRate }), vad)) console.log(decision);
 * ```
 */
export async function* detectSpeech(
  chunks: AsyncIterable<Int16Array> | Iterable<Int16Array>,
  engine: VadEngine | AsyncVadEngine,
): AsyncGenerator<VadDecision, void, undefined> {
  engine.reset();
  for await (const chunk of chunks) yield* await engine.process(chunk);
  yield* await engine.flush();
}
