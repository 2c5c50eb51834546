import { ensureModels, type MoonshineSize } from '@voxrill/local';
import { DownloadBar } from './download-bar.js';

/** Fetches the weights of the recogniser if they are missing, and shows how far that has come. */
export async function fetchWeights(size: MoonshineSize, signal: AbortSignal): Promise<void> {
  const bar = new DownloadBar(process.stderr);
  try {
    await ensureModels({ size, onProgress: (progress) => bar.show(progress), signal });
  } finally {
    bar.clear();
  }
}
