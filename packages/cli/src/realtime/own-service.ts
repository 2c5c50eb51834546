import { realClock } from '@voxrill/core';
import type { OpenAIRealtimeOptions } from '@voxrill/openai';
import { serveRealtime } from '@voxrill/realtime-server';
import type { LocalOptions } from '../run/local-options.js';
import { localCascade } from './local-cascade.js';

/** A server of our own, for the time of a run. */
export interface OwnService {
  readonly connection: OpenAIRealtimeOptions;
  close(): Promise<void>;
}

/** Serves the cascade to this process, at a port of this machine that is free. */
export async function ownService(options: LocalOptions, signal: AbortSignal): Promise<OwnService> {
  const cascade = localCascade(options);
  await cascade.prepare({ clock: realClock(), signal });
  signal.throwIfAborted();
  const server = await serveRealtime(cascade.makePipeline, { vad: cascade.vad });
  return { connection: { model: 'local', baseURL: server.url }, close: () => server.close() };
}
