import { InstantSink } from '../fakes.js';
import type { Emit } from '../figure.js';
import { cpuUs, median } from '../measure.js';
import { bareClient, type Client, ourClient } from './clients.js';
import { chunkSamples, type LoopbackService } from './loopback-service.js';

const calls = 50;
const chunks = 50;
const runs = 5;

/** Processor time of all calls for a second in which both sides speak, for 20 ms of one of them. */
async function window(name: string, clients: readonly Client[], service: LoopbackService): Promise<number> {
  const began = cpuUs();
  const over = clients.map((client) => client.replied());
  for (const [i] of clients.entries()) service.tell({ do: 'reply', to: `${name}-${i}`, deltas: chunks, inRealTime: true });
  let sent = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      for (const client of clients) client.hears(new Int16Array(chunkSamples).fill(sent), 24_000);
      if (++sent < chunks) return;
      clearInterval(timer);
      resolve();
    }, 20);
  });
  await Promise.all(over);
  return (cpuUs() - began) / (calls * chunks);
}

/**
 * Processor time for 20 ms each way of calls in real time, beyond what as many bare sockets take, µs: timers and cold caches are
 * in it, so that nothing hides in a hot loop.
 */
export async function realTimeCost(emit: Emit, service: LoopbackService, port: number): Promise<void> {
  const ours: Client[] = [];
  const bare: Client[] = [];
  for (let i = 0; i < calls; i++) {
    const openSink = (format: { readonly sampleRate: number; readonly channels: number }): InstantSink =>
      new InstantSink(format, () => undefined);
    ours.push(await ourClient({ port, model: `paced-${i}`, openSink }));
    const sink = new InstantSink({ sampleRate: 24_000, channels: 1 }, () => undefined);
    bare.push(await bareClient({ port, model: `paced-bare-${i}`, write: (samples) => sink.write(samples) }));
  }
  const beyond: number[] = [];
  const control: number[] = [];
  for (let run = -1; run < runs; run++) {
    const bareUs = await window('paced-bare', bare, service);
    const ourUs = await window('paced', ours, service);
    if (run < 0) continue;
    control.push(bareUs);
    beyond.push(ourUs - bareUs);
  }
  await Promise.all([...ours, ...bare].map((client) => client.close()));
  emit({ bench: `realtime.both-ways.${calls}-sessions`, value: median(beyond), unit: 'µs', runs });
  emit({ bench: `realtime.both-ways.${calls}-sessions.control`, value: median(control), unit: 'µs', runs });
}
