import { designResampler, type ResamplerDesign } from './resampler-design.js';

// A pure function's results, held weakly: when the last resampler of a ratio is gone, so is its table. Nothing can tell
// from outside whether a design was found here or computed.
const designs = new Map<string, WeakRef<ResamplerDesign>>();

/** The filter from one rate to another: the one that other resamplers of these rates already use, or a new one. */
export function sharedDesign(fromRate: number, toRate: number): ResamplerDesign {
  const key = `${fromRate}:${toRate}`;
  const known = designs.get(key)?.deref();
  if (known !== undefined) return known;
  for (const [otherKey, other] of designs) if (other.deref() === undefined) designs.delete(otherKey);
  const design = designResampler(fromRate, toRate);
  designs.set(key, new WeakRef(design));
  return design;
}
