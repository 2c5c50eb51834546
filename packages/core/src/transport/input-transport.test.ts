import { expect, test } from 'vitest';
import { defineProcessor } from '../processor/define-processor.js';
import { hooked, watchedSession } from '../test-support/watched-session.js';
import { type InputPort, inputTransport } from './input-transport.js';

/** A source that says everything it can. */
const sayAll = ({ audio, text, dtmf, message }: InputPort): void => {
  audio({ samples: new Int16Array(2), sampleRate: 16_000, channels: 1 });
  text('a');
  dtmf('1');
  message({});
};

test('an input delivers until a graceful end begins, is stopped once, and what its source still says is dropped', async () => {
  let port: InputPort | undefined;
  let stops = 0;
  const input = inputTransport({
    open: (given) => {
      port = given;
      return () => {
        stops++;
      };
    },
  });
  const slow = hooked(({ session }) => {
    session.hold('a tool');
  });
  const { clock, session, kinds } = watchedSession({ drainMs: 100 }, input, slow);
  await session.start();
  sayAll(port!);
  const delivered = kinds();
  expect(delivered).toEqual(['start', 'input-audio', 'input-text', 'input-dtmf', 'input-transport-message']);
  void session.end();
  expect(stops).toBe(1);
  sayAll(port!);
  await clock.runUntil(session.done);
  sayAll(port!);
  expect(kinds()).toEqual([...delivered, 'cancel']);
  expect(stops).toBe(1);
});

test('an input is stopped before any later stage hears of the end, so that what those close stays closed', async () => {
  const order: string[] = [];
  const input = inputTransport({ open: () => () => void order.push('input') });
  const voice = hooked(({ session }) => session.onEnd(() => void order.push('voice activity')));
  const { clock, session } = watchedSession({}, input, voice);
  await session.start();
  await clock.runUntil(session.end());
  expect(order).toEqual(['input', 'voice activity']);
});

test('a cancel stops an input too', async () => {
  let stops = 0;
  const { session } = watchedSession({}, inputTransport({ open: () => () => void stops++ }));
  await session.start();
  session.cancel();
  await session.done;
  expect(stops).toBe(1);
});

test('an input that fails to stop costs one error, and the session closes', async () => {
  const failing = inputTransport({ open: () => () => Promise.reject(new Error('The device is stuck.')) });
  const throwing = inputTransport({
    open: () => () => {
      throw new Error('The device is stuck.');
    },
  });
  for (const input of [failing, throwing]) {
    const { clock, session } = watchedSession({}, input);
    await session.start();
    await clock.runUntil(session.end());
    expect(await session.done).toMatchObject({
      reason: 'ended',
      totalErrors: 1,
      errors: [{ message: 'The device is stuck.' }],
    });
  }
});

test('an input is not opened when the session was ended before its first frame', async () => {
  let opened = 0;
  const input = inputTransport({
    open: () => {
      opened++;
      return undefined;
    },
  });
  const { clock, session } = watchedSession({}, defineProcessor('first', {}), input);
  session.state$.subscribe((state) => {
    if (state === 'running') void session.end();
  });
  await session.start();
  await clock.runUntil(session.done);
  expect(opened).toBe(0);
});
