import { openWsSocket } from '@voxrill/openai';
import { WatchedSink } from '../barge-in.js';
import type { Emit } from '../figure.js';
import { breathe, median } from '../measure.js';
import { ourClient } from './clients.js';
import type { LoopbackService } from './loopback-service.js';

/** Five seconds of speech, of which hardly any can have been played when the user breaks in. */
const deltas = 250;

/** Milliseconds from the socket's message that the user speaks to the cleared sink. */
async function onset(service: LoopbackService, port: number, model: string): Promise<number> {
  const sink = new WatchedSink();
  let cameAt = 0;
  const client = await ourClient({
    port,
    model,
    openSink: sink.open,
    open: (target, events) =>
      openWsSocket(target, {
        ...events,
        message: (text) => {
          cameAt = performance.now();
          events.message(text);
        },
      }),
  });
  const over = client.replied();
  service.tell({ do: 'reply', to: model, deltas });
  await over;
  if (sink.queuedChunks !== deltas) throw new Error(`${sink.queuedChunks} of ${deltas} chunks had reached the sink.`);
  service.tell({ do: 'onset', to: model });
  while (sink.clearedAt === 0) await breathe();
  const ms = sink.clearedAt - cameAt;
  await client.close();
  if (!(ms > 0)) throw new Error('The sink was not cleared within the message of the socket.');
  return ms;
}

/** From `speech_started` on the wire to a cleared sink, ms. */
export async function onsetLatency(emit: Emit, service: LoopbackService, port: number): Promise<void> {
  const runs = 60;
  const taken: number[] = [];
  for (let run = -10; run < runs; run++) {
    const ms = await onset(service, port, `onset-${run}`);
    if (run >= 0) taken.push(ms);
  }
  emit({ bench: 'realtime.speech-started', value: median(taken), unit: 'ms', runs });
}
