import { parentPort, workerData } from 'node:worker_threads';
import { loadTurnModel } from './load-turn-model.js';
import type { TurnReply, TurnRequest } from './turn-thread-protocol.js';
import { whisperLogMel } from './whisper-log-mel.js';

const port = parentPort;
if (port === null) throw new Error('turn-worker is started as a worker thread by onnxTurnModel(); do not import it.');

const reply = (message: TurnReply): void => port.postMessage(message);
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const loading = loadTurnModel(String(workerData));
loading.then(
  () => reply({ type: 'ready' }),
  (error: unknown) => reply({ type: 'unfit', message: textOf(error) }),
);

async function answer({ id, samples }: TurnRequest): Promise<void> {
  const network = await loading;
  reply({ type: 'probability', id, probability: await network(whisperLogMel(samples)) });
}

port.on('message', (request: TurnRequest) => {
  answer(request).catch((error: unknown) => reply({ type: 'error', id: request.id, message: textOf(error) }));
});
