import { expect, test } from 'vitest';
import { realtimeCall } from '../../test-support/realtime-call.js';

const saying = (message: string) => ({
  error: { type: 'invalid_request_error', code: 'invalid_value', message, param: null, event_id: null },
});

test.each(['error first', 'response first', 'error only', 'response only'])(
  'a failure is one error frame, in whatever way it is told: %s',
  async (order) => {
    const call = await realtimeCall();
    const { service, session } = call;
    const error = { type: 'server_error', code: 'server_error', message: 'The model is out.' };
    const fails = (id: string): void => {
      call.transport.of(session).type(id);
      service.answers(id);
      const told = (): void => service.says('error', { error: { ...error, param: null, event_id: null } });
      if (order.startsWith('error')) told();
      const done = order === 'error only' ? {} : { status: 'failed', status_details: { type: 'failed', error } };
      service.done(id, done);
      if (order === 'response first') told();
    };
    fails('resp_1');
    expect(call.of('error')).toMatchObject([{ category: 'server', message: 'The model is out.', usable: true }]);
    // The next one of the same words is another failure.
    fails('resp_2');
    expect(call.of('error')).toHaveLength(2);
  },
);

test('two errors of the same words are two failures, and one of other words than the response has told is another', async () => {
  const call = await realtimeCall();
  const { service, session } = call;
  service.says('error', saying('No.'));
  service.says('error', saying('No.'));
  expect(call.of('error')).toHaveLength(2);
  call.transport.of(session).type('one');
  service.answers('resp_1');
  service.says('error', saying('Not that.'));
  const error = { type: 'server_error', code: null, message: 'Out.' };
  service.done('resp_1', { status: 'failed', status_details: { type: 'failed', error } });
  expect(call.of('error').map(({ message }) => message)).toEqual(['No.', 'No.', 'Not that.', 'Out.']);
});
