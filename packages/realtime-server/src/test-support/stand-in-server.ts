import { onTestFinished } from 'vitest';
import type { DoorOptions } from '../door/door-options.js';
import { type EngineEndpointOptions, engineEndpoint } from '../door/engine-endpoint.js';
import { listenRealtime } from '../door/listen-realtime.js';
import type { RealtimeServer } from '../door/realtime-server.js';
import { type StandInOptions, standInEngine } from './stand-in-engine.js';

/** A server on the loopback that answers by itself, closed when the test is over. */
export async function standInServer(
  options: DoorOptions & EngineEndpointOptions = {},
  engine: StandInOptions = {},
): Promise<RealtimeServer> {
  const server = await listenRealtime(
    engineEndpoint((seed) => standInEngine(seed, engine), options),
    options,
  );
  onTestFinished(() => server.close());
  return server;
}
