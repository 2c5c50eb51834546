import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/**
 * Starts a module beside this one as a worker thread: the `.js` where the package is built, the `.ts` where it runs from
 * source. In the latter case the thread is taught TypeScript first, since tsx does not reach the threads of a process that
 * was started with `--import tsx` (seen with Node 20.20).
 *
 * @param name - File name without its ending.
 * @param workerData - What the thread finds under that name.
 */
export function startWorker(name: string, workerData: unknown): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, import.meta.url), { workerData });
  const tsx = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/cjs$/, 'mjs');
  const module = new URL(`./${name}.ts`, import.meta.url).href;
  const code = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(module)}); });`;
  return new Worker(code, { eval: true, workerData });
}
