import { InstantSink } from '../fakes.js';
import type { Emit } from '../figure.js';
import { breathe, cpuUs, median } from '../measure.js';
import { bareClient, type Client, ourClient } from './clients.js';
import { chunkSamples, type LoopbackService } from './loopback-service.js';

const rate = 24_000;
const chunks = 1_500;
const runs = 21;
const warmUps = 4;

/** Sends so much, a little at a time, as sockets like it; and all of it must have arrived. */
async function up(client: Client, model: string, service: LoopbackService, sampleRate: number): Promise<number> {
  const samples = (sampleRate / rate) * chunkSamples;
  const began = cpuUs();
  for (let i = 0; i < chunks; i++) {
    client.hears(new Int16Array(samples).fill(i), sampleRate);
    if (i % 10 === 9) await breathe();
  }
  await breathe();
  const taken = cpuUs() - began;
  let arrived = 0;
  // A resampler may hold the last of it back.
  const least = sampleRate === rate ? chunks : chunks - 2;
  while (arrived < least) {
    service.tell({ do: 'count', to: model });
    arrived += (await service.next()).appends;
  }
  return taken / chunks;
}

async function down(client: Client, model: string, service: LoopbackService): Promise<number> {
  const began = cpuUs();
  const over = client.replied();
  service.tell({ do: 'reply', to: model, deltas: chunks });
  await over;
  return (cpuUs() - began) / chunks;
}

/** Processor time for 20 ms of audio each way, beyond what a bare socket takes that forwards it, µs. */
export async function linkCost(emit: Emit, service: LoopbackService, port: number): Promise<void> {
  let written = 0;
  const count = (): void => void written++;
  const openSink = (format: { readonly sampleRate: number; readonly channels: number }): InstantSink =>
    new InstantSink(format, count);
  const ours = await ourClient({ port, model: 'ours', openSink });
  const resampling = await ourClient({ port, model: 'resampling', openSink });
  const bareSink = new InstantSink({ sampleRate: rate, channels: 1 }, count);
  const bare = await bareClient({ port, model: 'bare', write: (samples) => bareSink.write(samples) });

  const taken = {
    up: [] as number[],
    down: [] as number[],
    resampled: [] as number[],
    bareUp: [] as number[],
    bareDown: [] as number[],
  };
  for (let run = -warmUps; run < runs; run++) {
    const bareUp = await up(bare, 'bare', service, rate);
    const ourUp = await up(ours, 'ours', service, rate);
    const resampled = await up(resampling, 'resampling', service, 16_000);
    written = 0;
    const bareDown = await down(bare, 'bare', service);
    const ourDown = await down(ours, 'ours', service);
    if (written !== 2 * chunks) throw new Error(`${written} of ${2 * chunks} chunks came to the sinks.`);
    if (run < 0) continue;
    taken.bareUp.push(bareUp);
    taken.bareDown.push(bareDown);
    taken.up.push(ourUp - bareUp);
    taken.resampled.push(resampled - bareUp);
    taken.down.push(ourDown - bareDown);
  }
  await Promise.all([ours.close(), resampling.close(), bare.close()]);
  emit({ bench: 'realtime.up', value: median(taken.up), unit: 'µs', runs });
  emit({ bench: 'realtime.up.from-16-kHz', value: median(taken.resampled), unit: 'µs', runs });
  emit({ bench: 'realtime.up.control', value: median(taken.bareUp), unit: 'µs', runs });
  emit({ bench: 'realtime.down', value: median(taken.down), unit: 'µs', runs });
  emit({ bench: 'realtime.down.control', value: median(taken.bareDown), unit: 'µs', runs });
}
