import type { Clock } from '@voxrill/core';
import type { RealtimeWireEvent } from '@voxrill/openai';
import {
  type MakePipeline,
  type MemoryNetwork,
  memoryNetwork,
  type RealtimeEndpointOptions,
  type RealtimeLogLine,
  realtimeEndpoint,
} from '@voxrill/realtime-server';
import { fakeVadEngine } from '@voxrill/testing';

/** An event that went over one of the lines. */
export type LineEvent = RealtimeLogLine & { readonly event: RealtimeWireEvent };

/** Our own server on a network in memory: both ends on one clock. */
export interface MemoryService extends Pick<MemoryNetwork, 'open' | 'breaks'> {
  readonly network: MemoryNetwork;
  readonly endpoint: ReturnType<typeof realtimeEndpoint>;
  /** Everything that went over all lines, in order. */
  readonly log: readonly LineEvent[];
}

/** Serves a pipeline to clients in memory. The audio is that of the test kit, 24 kHz, and reaches the pipeline untouched. */
export function memoryService(clock: Clock, makePipeline: MakePipeline, options: RealtimeEndpointOptions = {}): MemoryService {
  const log: LineEvent[] = [];
  const endpoint = realtimeEndpoint(makePipeline, {
    clock,
    inputSampleRate: 24_000,
    vad: ({ sampleRate, silenceMs }) => fakeVadEngine({ sampleRate, stopMs: silenceMs }),
    log: ({ event, ...line }) => {
      if (isEvent(event)) log.push({ ...line, event });
    },
    ...options,
  });
  const network = memoryNetwork(endpoint, clock);
  return { network, open: network.open, breaks: () => network.breaks(), endpoint, log };
}

const isEvent = (event: RealtimeLogLine['event']): event is RealtimeWireEvent => 'type' in event;
