import fc from 'fast-check';

// The same cases at each run, so that a change is judged by what it changes. VOXRILL_SEED=random looks for new ones, and
// VOXRILL_SEED=N runs those of a failure again; fast-check names the seed.
const seed = process.env.VOXRILL_SEED ?? '1';
if (seed !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
