import { inChild } from '../child.js';
import { InstantSink } from '../fakes.js';
import type { Bench, Emit } from '../figure.js';
import { ManualClock } from '../manual-clock.js';
import { breathe, collectGarbage, median, usedMiB } from '../measure.js';
import { bareClient, type Client, ourClient } from './clients.js';
import { chunkSamples, type LoopbackAnswer, type LoopbackCommand, type LoopbackService } from './loopback-service.js';
import { Peer } from './peer.js';

const rate = 24_000;
const sessions = 100;
/** Two seconds. */
const turnChunks = 100;

async function calls(what: string, prefix: string, count: number, service: LoopbackService, port: number): Promise<Client[]> {
  const clock = new ManualClock();
  const all: Client[] = [];
  for (let i = 0; i < count; i++) {
    const model = `${prefix}-${i}`;
    const client =
      what === 'bare'
        ? await bareClient({ port, model, write: () => undefined })
        : await ourClient({ port, model, clock, openSink: (format) => new InstantSink(format, () => undefined) });
    all.push(client);
    const hear = async (): Promise<void> => {
      for (let chunk = 0; chunk < turnChunks; chunk++) {
        clock.advance(20);
        client.hears(new Int16Array(chunkSamples), rate);
        // A call leaves the other end 20 ms for its answers; here it gets fewer, but is not outrun by minutes.
        for (let turn = 0; turn < 20; turn++) await breathe();
      }
    };
    await hear();
    const over = client.replied();
    service.tell({ do: 'turn', to: model });
    service.tell({ do: 'reply', to: model, deltas: turnChunks });
    await over;
    await hear();
  }
  return all;
}

/** In a process of its own: MiB that one of many connections holds, ours or bare ones. */
export const realtimeHeapSample: Bench = async (emit, [what = '']) => {
  const service = Peer.start<LoopbackCommand, LoopbackAnswer>('realtime.loopback');
  const { port } = await service.next();
  // The first ones compile what all others share.
  for (const client of await calls(what, 'first', 20, service, port)) await client.close();
  await collectGarbage();
  const before = usedMiB();
  const all = await calls(what, 'kept', sessions, service, port);
  await collectGarbage();
  emit({ bench: 'realtime.heap.sample', value: (usedMiB() - before) / all.length, unit: 'MiB', runs: 1 });
  for (const client of all) await client.close();
  await service.stop();
};

/** What a session holds of memory beyond a bare socket, MiB. */
export async function sessionHeap(emit: Emit): Promise<void> {
  const runs = 3;
  const taken: Record<'ours' | 'bare', number[]> = { ours: [], bare: [] };
  for (let run = 0; run < runs; run++) {
    for (const what of ['bare', 'ours'] as const) {
      const [sample] = await inChild(['realtime.heap', what]);
      if (sample === undefined) throw new Error('The process that measures the heap said nothing.');
      taken[what].push(sample.value);
    }
  }
  const bare = median(taken.bare);
  emit({ bench: 'realtime.heap.session', value: median(taken.ours) - bare, unit: 'MiB', runs });
  emit({ bench: 'realtime.heap.control', value: bare, unit: 'MiB', runs });
}
