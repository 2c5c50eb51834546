import { readWeights, sharedFile } from './shared-file.js';
import { parseSileroWeights, type SileroWeights } from './silero-weights.js';

const loadBundled = sharedFile('silero_vad_16k_op15.onnx', parseSileroWeights);

/**
 * Reads the weights of Silero v6 that come with this package (1.29 MB; nothing is downloaded). While any stream uses them, this
 * returns the same object.
 *
 * @param path - Another file of the same network, `silero_vad_16k_op15.onnx`; never shared.
 * @throws Error when the file is missing or is not that network.
 *
 * @example
 * ```ts
 * const weights = await loadSileroWeights('/models/silero_vad_16k_op15.onnx');
 * const vad = await combinedVad({ weights });
 * ```
 */
export async function loadSileroWeights(path?: string): Promise<SileroWeights> {
  return path === undefined ? loadBundled() : parseSileroWeights(await readWeights(path));
}
