import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Emit, Figure } from './figure.js';

/** Longer than any group takes on a slow machine; whatever hangs is stopped then. */
const limitMs = 120_000;

/** Runs one group in a fresh process, where nothing has been compiled or kept for another; resolves with its figures. */
export async function inChild([name = '', ...parameters]: readonly string[], emit?: Emit): Promise<Figure[]> {
  const run = fileURLToPath(new URL('run.js', import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', run, '--child', name, ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`The bench "${name}" ended with ${signal ?? `status ${code}`}.`));
    });
  });
  const figures: Figure[] = [];
  const read = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const figure: Figure = JSON.parse(line);
      figures.push(figure);
      emit?.(figure);
    }
  })();
  await Promise.all([ended, read]);
  return figures;
}
