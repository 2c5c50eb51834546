import { inChild } from '../child.js';
import type { Bench } from '../figure.js';
import { linkCost } from './link-cost.js';
import type { LoopbackAnswer, LoopbackCommand } from './loopback-service.js';
import { onsetLatency } from './onset.js';
import { Peer } from './peer.js';
import { realTimeCost } from './real-time-cost.js';
import { sessionHeap } from './session-heap.js';

/** End-to-end models: our end of the line beside a bare socket, and our server. */
export const realtime: Bench = async (emit) => {
  const service = Peer.start<LoopbackCommand, LoopbackAnswer>('realtime.loopback');
  const { port } = await service.next();
  await linkCost(emit, service, port);
  await realTimeCost(emit, service, port);
  await onsetLatency(emit, service, port);
  await service.stop();
  await sessionHeap(emit);
  await inChild(['realtime.server'], emit);
};
