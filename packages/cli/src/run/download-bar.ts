import type { WriteStream } from 'node:tty';
import type { ModelProgress } from '@voxrill/local';

const widest = 30;

/** Shows how far the download of the weights has come: a bar on a terminal, a line a quarter elsewhere. */
export class DownloadBar {
  readonly #out: WriteStream;
  #drawn = false;
  #quarter = '';

  constructor(out: WriteStream) {
    this.#out = out;
  }

  show(progress: ModelProgress): void {
    if (progress.type === 'notice') {
      this.clear();
      this.#out.write(`${progress.message}\n`);
      return;
    }
    const { package: name, receivedBytes, totalBytes } = progress;
    const part = totalBytes > 0 ? receivedBytes / totalBytes : 0;
    const amount = `${megabytes(receivedBytes)} of ${megabytes(totalBytes)} MB of the speech recogniser`;
    if (this.#out.isTTY) {
      // A line that does not fit cannot be written over.
      const width = Math.max(0, Math.min(widest, this.#out.columns - amount.length - 2));
      const filled = Math.round(part * width);
      const line = `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${amount}`;
      this.#out.write(`\r\u001b[2K${line.slice(0, this.#out.columns - 1)}`);
      this.#drawn = true;
      return;
    }
    const quarter = `${name} ${Math.floor(part * 4)}`;
    if (quarter === this.#quarter) return;
    this.#quarter = quarter;
    this.#out.write(`Fetching ${amount} (${name})\n`);
  }

  clear(): void {
    if (this.#drawn) this.#out.write('\r\u001b[2K');
    this.#drawn = false;
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
