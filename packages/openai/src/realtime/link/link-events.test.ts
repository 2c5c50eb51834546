import { describe, expect, it } from 'vitest';
import { memoryLink } from '../../test-support/memory-sockets.js';
import { realtimeClientEvents } from '../protocol/client-events.js';

describe('what comes and goes over a link', () => {
  it('is counted: events, audio before base64, and what is not known', async () => {
    const { link, told, started } = memoryLink({
      events: { connected: (connection) => connection.send(realtimeClientEvents.appendAudio(new Uint8Array(961))) },
    });
    const socket = await started();
    const place = { response_id: 'r', item_id: 'i', output_index: 0, content_index: 0 };
    socket.says({ type: 'response.output_audio.delta', event_id: 'e', ...place, delta: 'AAAA' });
    socket.says({ type: 'session.danced', event_id: 'e' });
    socket.says('{"type":');
    socket.says('null');
    expect(told).toEqual(['event 0 response.output_audio.delta', 'unknown', 'invalid', 'invalid']);
    expect(link.traffic).toMatchObject({
      sentEvents: 1,
      sentAudioBytes: 961,
      receivedEvents: 5,
      receivedAudioBytes: 3,
      unknownEvents: 3,
    });
    expect(link.eventCount()).toMatchObject({ unknown: 1, invalid: 2 });
    expect(socket.sent).toHaveLength(1);
  });

  it('ends the connection when the network does not take it, instead of filling the memory', async () => {
    const sent: boolean[] = [];
    const { told, started, clock } = memoryLink({
      maxBufferedBytes: 1_000,
      events: {
        connected: (connection) => {
          const append = realtimeClientEvents.appendAudio('AAAA');
          clock.setTimer(() => sent.push(connection.send(append), connection.send(append)), 1);
        },
      },
    });
    (await started()).bufferedBytes = 1_001;
    await clock.advance(1);
    expect(sent).toEqual([false, false]);
    expect(told).toEqual(['lost 0 connectivity 250']);
  });

  it('does not stop at a listener that throws, if somebody is there to be told', async () => {
    const thrown: unknown[] = [];
    const failing = new Error('of the listener');
    const { told, started } = memoryLink({
      events: {
        event: () => {
          throw failing;
        },
        threw: (error: unknown) => thrown.push(error),
      },
    });
    (await started()).fails('invalid_value');
    expect(thrown).toEqual([failing]);
    expect(told).toEqual(['connected 0']);
  });

  it('ends with an application error when a listener throws and nobody is there to be told', async () => {
    const { told, started } = memoryLink({
      events: {
        event: () => {
          throw new Error('of the listener');
        },
      },
    });
    (await started()).fails('invalid_value');
    expect(told).toEqual(['connected 0', 'gone application']);
  });
});
