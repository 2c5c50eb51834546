import { readFile } from 'node:fs/promises';
import { parseSileroWeights, type SileroWeights } from './silero-weights.js';

const bundled = new URL('../../weights/silero_vad_16k_op15.onnx', import.meta.url);

// What a file holds, kept weakly: all streams of a process share one copy, and with the last of them it goes.
let shared: WeakRef<SileroWeights> | undefined;

/**
 * Reads the weights of Silero v6 that come with this package (1.29 MB; nothing is downloaded). Streams share them: while any
 * uses them, this returns the same object.
 *
 * @param path - Another file of the same network, `silero_vad_16k_op15.onnx`; never shared.
 * @throws Error when the file is missing or is not that network.
 */
export async function loadSileroWeights(path?: string): Promise<SileroWeights> {
  if (path !== undefined) return parseSileroWeights(await read(path));
  const known = shared?.deref();
  if (known !== undefined) return known;
  const weights = parseSileroWeights(await read(bundled));
  shared = new WeakRef(weights);
  return weights;
}

async function read(path: string | URL): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The Silero weights cannot be read (${why}); reinstall @voxrill/audio or give the path of the file.`, {
      cause,
    });
  }
}
