import { ServiceError } from '@voxrill/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryLink } from '../../test-support/memory-sockets.js';
import type { RealtimeConnection } from './realtime-connection.js';

const doings = [
  'greet',
  'error',
  'expire',
  'refuse-limit',
  'refuse-key',
  'end',
  'end-1001',
  'unknown',
  'garbage',
  'renew',
  'retire',
  'mute',
  'wait',
  'wait-long',
] as const;
const steps = fc.array(fc.record({ do: fc.constantFrom(...doings), which: fc.nat({ max: 5 }) }), { maxLength: 60 });

describe('a link, whatever happens in whatever order', () => {
  it('is gone at most once, tells nothing afterwards, has one attempt at a time, and leaves no timer', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (plan, closesItself) => {
        const live = new Set<RealtimeConnection>();
        const connections: RealtimeConnection[] = [];
        const thrown: unknown[] = [];
        let gone = 0;
        let afterEnd = 0;
        let isOver = false;
        const alive = (): void => {
          if (isOver) afterEnd++;
        };
        const made = memoryLink({
          session: { limitMs: 300_000, leadMs: 60_000 },
          events: {
            connected: (connection) => {
              alive();
              live.add(connection);
              connections.push(connection);
            },
            event: (connection) => {
              alive();
              expect(live.has(connection)).toBe(true);
            },
            lost: (connection, _error, retryInMs) => {
              alive();
              expect(retryInMs).toBeGreaterThanOrEqual(0);
              if (connection !== undefined) expect(live.delete(connection)).toBe(true);
            },
            expiring: (connection) => {
              alive();
              expect(connection.open).toBe(true);
              made.link.renew();
            },
            threw: (error) => thrown.push(error),
            gone: () => {
              alive();
              gone++;
              isOver = true;
            },
          },
        });
        const started = made.start().then(
          () => 'started',
          () => 'refused',
        );
        for (const step of plan) {
          await made.clock.advance(0);
          const socket = made.sockets.at(-1 - (step.which % Math.max(1, made.sockets.length)));
          if (step.do === 'greet') socket?.greets();
          else if (step.do === 'error') socket?.fails('invalid_value');
          else if (step.do === 'expire') socket?.fails('session_expired');
          else if (step.do === 'refuse-limit')
            socket?.ends({ error: new ServiceError('rate-limit', 'Slow.'), retryAfterMs: 900 });
          else if (step.do === 'refuse-key') socket?.ends({ error: new ServiceError('authentication', 'No.') });
          else if (step.do === 'end') socket?.ends();
          else if (step.do === 'end-1001') socket?.ends({ code: 1001 });
          else if (step.do === 'unknown') socket?.says({ type: 'session.danced' });
          else if (step.do === 'garbage') socket?.says('{');
          else if (step.do === 'renew') made.link.renew();
          else if (step.do === 'mute' && socket !== undefined) socket.alive = false;
          else if (step.do === 'wait') await made.clock.advance(300);
          else if (step.do === 'wait-long') await made.clock.advance(30_000);
          else if (step.do === 'retire') {
            const connection = connections.at(-1 - step.which);
            if (connection === undefined) continue;
            connection.close();
            live.delete(connection);
            expect(connection.open).toBe(false);
          }
          const opening = made.sockets.filter(({ closedWith }) => closedWith === undefined).length - live.size;
          expect(opening).toBeLessThanOrEqual(1);
        }
        if (closesItself) made.link.close();
        else await made.clock.advance(3_600_000);
        if (!closesItself && gone === 0) made.link.close();
        isOver = true;
        for (const socket of made.sockets) {
          socket.greets();
          socket.fails('invalid_api_key');
          socket.ends();
        }
        await made.clock.advance(600_000);
        await started;
        expect(thrown).toEqual([]);
        expect(gone).toBeLessThanOrEqual(1);
        expect(afterEnd).toBe(0);
        expect(made.clock.pendingTimers).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
