import type { AudioFormat, AudioSink } from '@voxrill/core';

/**
 * The same sink, which tells what has been played of what was written, as soon as it has: `heard` gets the samples, in order
 * and without those that were cut off. What waits is bounded by the queue of the sink itself.
 */
export function recordingSink(sink: AudioSink, heard: (samples: Int16Array, format: AudioFormat) => void): AudioSink {
  const { format } = sink;
  let waiting: Int16Array[] = [];
  /** Samples of the first chunk that have been played, over all channels. */
  let offset = 0;
  let position = 0;

  const playedTo = (reached: number): void => {
    let left = Math.max(0, reached - position) * format.channels;
    position = Math.max(position, reached);
    const parts: Int16Array[] = [];
    while (left > 0) {
      const [first] = waiting;
      if (first === undefined) break;
      const part = first.subarray(offset, offset + left);
      left -= part.length;
      offset += part.length;
      parts.push(part);
      if (offset === first.length) {
        waiting.shift();
        offset = 0;
      }
    }
    const [only] = parts;
    if (only !== undefined) heard(parts.length === 1 ? only : joined(parts), format);
  };
  const forget = (): void => {
    waiting = [];
    offset = 0;
  };
  const { pause, resume } = sink;
  sink.played$.subscribe(playedTo);
  return {
    format,
    played$: sink.played$,
    write(chunk) {
      waiting.push(chunk);
      try {
        sink.write(chunk);
      } catch (error) {
        // What the sink refuses is never heard.
        waiting.pop();
        throw error;
      }
    },
    clear() {
      const reached = sink.clear();
      playedTo(reached);
      forget();
      position = reached;
      return reached;
    },
    ...(pause === undefined ? {} : { pause: () => pause.call(sink) }),
    ...(resume === undefined ? {} : { resume: () => resume.call(sink) }),
    close() {
      playedTo(sink.clear());
      forget();
      return sink.close();
    },
  };
}

function joined(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
