/**
 * Weaves one array a channel into one array of whole frames: left, right, left, right …
 * Throws a RangeError when the channels differ in length.
 */
export function interleave(channels: readonly Int16Array[]): Int16Array {
  const length = channels[0]?.length ?? 0;
  const woven = new Int16Array(length * channels.length);
  channels.forEach((channel, c) => {
    if (channel.length !== length) {
      throw new RangeError(
        `interleave: channel ${c} has ${channel.length} samples and channel 0 has ${length}; pad the shorter one.`,
      );
    }
    for (let i = 0; i < length; i++) woven[i * channels.length + c] = channel[i] ?? 0;
  });
  return woven;
}
