import type { Clock } from '@voxrill/core';
import type { OpenRealtimeSocket, RealtimeSocket } from '@voxrill/openai';
import { type MakePipeline, type RealtimeEndpointOptions, realtimeEndpoint } from '@voxrill/realtime-server';
import { carriedVoice } from './carried-voice.js';

/** What went over one of the lines. */
export interface LineEvent {
  readonly dir: 'client' | 'server';
  readonly proto: 'ga' | 'beta';
  readonly conn: string;
  readonly event: { readonly type: string; readonly [member: string]: unknown };
}

/** Our own server, and sockets to it that are two functions: both ends on one clock. */
export interface MemoryService {
  readonly open: OpenRealtimeSocket;
  readonly endpoint: ReturnType<typeof realtimeEndpoint>;
  /** Everything that went over all lines, in order. */
  readonly log: readonly LineEvent[];
  /** The network fails: every line breaks, without a good-bye. */
  breaks(): void;
  /** From now on nobody is let in, or everybody again. */
  readonly door: { open: boolean };
}

/** Serves a pipeline to clients in memory. The audio is that of the test kit, 24 kHz, and reaches the pipeline untouched. */
export function memoryService(clock: Clock, makePipeline: MakePipeline, options: RealtimeEndpointOptions = {}): MemoryService {
  const log: LineEvent[] = [];
  const door = { open: true };
  const lines = new Set<() => void>();
  const endpoint = realtimeEndpoint(makePipeline, {
    clock,
    inputSampleRate: 24_000,
    vad: carriedVoice,
    log: (line) => log.push(line as LineEvent),
    ...options,
  });
  const open: OpenRealtimeSocket = ({ url, headers, protocols }, events) => {
    let over = false;
    const end = (code: number, reason: string): void => {
      if (over) return;
      over = true;
      lines.delete(breaks);
      events.closed({ code, reason });
    };
    const breaks = (): void => {
      receiver?.closed(1006, '');
      end(1006, '');
    };
    // What is sent arrives a moment later, as over any network.
    const later = (run: () => void): void => void clock.setTimer(run, 0);
    const receiver = door.open
      ? endpoint.accept(
          { url, headers, protocols },
          {
            send: (text) =>
              later(() => {
                if (!over) events.message(text);
              }),
            close: (code, reason) =>
              later(() => {
                receiver?.closed(code, reason);
                end(code, reason);
              }),
          },
        )
      : undefined;
    lines.add(breaks);
    later(() => {
      if (receiver === undefined) end(1006, '');
      else if (!over) events.opened();
    });
    const socket: RealtimeSocket = {
      send: (text) =>
        later(() => {
          if (!over) receiver?.receive(text);
        }),
      close: (code = 1000, reason = '') => {
        later(() => {
          receiver?.closed(code, reason);
          end(code, reason);
        });
      },
      bufferedBytes: 0,
      traffic: { sentBytes: 0, receivedBytes: 0 },
    };
    return socket;
  };
  return {
    open,
    endpoint,
    log,
    door,
    breaks: () => {
      for (const line of [...lines]) line();
    },
  };
}
