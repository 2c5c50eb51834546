/** Returns how many samples each channel has. Throws a RangeError that names `what` when the samples do not divide evenly. */
export function requireWholeFrames(what: string, length: number, channels: number): number {
  if (!Number.isInteger(channels) || channels < 1) {
    throw new RangeError(`${what}: channels must be a whole number of at least 1, not ${channels}.`);
  }
  if (length % channels !== 0) {
    throw new RangeError(`${what}: ${length} samples are not whole frames of ${channels} channels; cut between frames.`);
  }
  return length / channels;
}
