import { describe, expect, it } from 'vitest';
import { eventFailure, networkFailure, refusedHandshake, socketFailure } from './link-failure.js';
import { realtimeError } from './realtime-error.js';
import type { RealtimeTarget } from './realtime-socket.js';

const target: RealtimeTarget = {
  url: 'wss://service.test/v1/realtime?model=m&api-key=query-secret',
  headers: { Authorization: 'Bearer header-secret', 'api-key': 'azure-secret' },
  protocols: ['realtime', 'openai-insecure-api-key.offered-secret'],
  deflate: false,
};

describe('an error of the service', () => {
  it.each([
    ['invalid_api_key', 'invalid_request_error', 'authentication', true],
    ['insufficient_quota', 'insufficient_quota', 'quota', true],
    ['billing_hard_limit_reached', 'invalid_request_error', 'quota', true],
    ['account_deactivated', 'invalid_request_error', 'authorization', true],
    ['beta_api_shape_disabled', 'invalid_request_error', 'invalid-request', true],
    ['rate_limit_exceeded', 'tokens', 'rate-limit', false],
    ['session_expired', 'invalid_request_error', 'connectivity', false],
    ['missing_required_parameter', 'invalid_request_error', 'invalid-request', false],
    [null, 'invalid_request_error', 'invalid-request', false],
    [null, 'server_error', 'server', false],
    [null, 'authentication_error', 'authentication', true],
    ['never_heard_of', null, 'server', false],
  ])('with the code %s and the type %s is %s, fatal: %s', (code, type, category, fatal) => {
    expect(realtimeError({ code, type, message: 'Words.' })).toEqual({
      category,
      fatal,
      benign: false,
      expired: code === 'session_expired',
    });
  });

  it.each([
    ['response_cancel_not_active', 'Cancellation failed: no active response found'],
    ['item_retrieve_invalid_item_id', ''],
    ['item_delete_invalid_item_id', ''],
    ['item_truncate_invalid_item_id', ''],
    ['invalid_value', 'Audio content of 320ms is already shorter than 400ms'],
  ])('that only says that a race was lost does no harm: %s %s', (code, message) => {
    expect(realtimeError({ type: 'invalid_request_error', code, message })).toMatchObject({ benign: true, fatal: false });
  });
});

describe('the end of a socket', () => {
  it.each([
    [1000, '', 'connectivity', true, false],
    [1001, 'Your session hit the maximum duration of 60 minutes.', 'connectivity', true, true],
    [1006, '', 'connectivity', true, false],
    [1011, 'internal', 'server', true, false],
    [1013, '', 'overload', true, false],
    [1008, 'invalid_request_error.invalid_api_key', 'authentication', false, false],
    [1008, 'policy', 'connectivity', true, false],
    [3000, 'invalid_request_error.invalid_api_key', 'authentication', false, false],
    [3000, 'invalid_request_error.model_not_found', 'invalid-request', false, false],
    [3003, '', 'authorization', false, false],
    [4000, 'The Realtime Beta API is no longer supported.', 'invalid-request', false, false],
    [4999, 'rate_limit_exceeded', 'rate-limit', true, false],
  ])(
    'with the code %s and the reason "%s" is %s, to be tried again: %s, at once: %s',
    (code, reason, category, usable, atOnce) => {
      const failure = socketFailure({ code, reason }, target, false);
      expect(failure.error).toMatchObject({ category, usable });
      expect(failure.atOnce === true).toBe(atOnce);
      expect(failure.error.message).toMatch(/^wss:\/\/service\.test\/v1\/realtime [^\n]+\.$/);
    },
  );
});

describe('the end of a session that had begun', () => {
  const place = 'wss://service.test/v1/realtime';

  it.each([
    [1001, 'The server is closing.', `${place} closed the connection (The server is closing); it is being connected to again.`],
    [1006, '', `${place} closed the connection with code 1006; it is being connected to again.`],
    [1011, 'internal', `${place} broke off the session with code 1011 (internal); it is being connected to again.`],
    [1013, '', `${place} has too much to do; it is being connected to again.`],
  ])('with the code %s says what happened, and that it is connected to again', (code, reason, message) => {
    expect(socketFailure({ code, reason }, target, true).error.message).toBe(message);
    expect(socketFailure({ code, reason }, target, false).error.message).toContain(': try again');
  });

  it('by an error of the network tells nobody to try again', () => {
    const broken = networkFailure(Object.assign(new Error('no'), { code: 'WS_ERR_INVALID_OPCODE' }), target);
    expect(socketFailure({ code: 1006, reason: '', error: broken }, target, true).error.message).toBe(
      `${place} broke the rules of WebSocket: check what stands between; it is being connected to again.`,
    );
    const error = networkFailure(new Error('read ECONNRESET'), target);
    expect(socketFailure({ code: 1006, reason: '', error }, target, true).error).toMatchObject({
      message: `The connection to ${place} failed: check the network; it is being connected to again.`,
      category: 'connectivity',
      usable: true,
    });
    expect(socketFailure({ code: 1006, reason: '', error }, target, false).error).toBe(error);
  });

  it('by its longest duration says that a new one is had', () => {
    const words = { code: 'session_expired' };
    expect(eventFailure(words, target, true)?.error.message).toBe(
      `The session at ${place} has expired; it is being connected to again.`,
    );
    expect(eventFailure(words, target, false)?.error.message).toContain('open a new one');
  });
});

describe('the words of an error', () => {
  const echo = 'You sent header-secret, azure-secret, offered-secret, query-secret and sk-abcdef***ghij.\nBye.';

  it('never hold a key, even if the server says it back', () => {
    const body = JSON.stringify({ error: { message: echo } });
    const messages = [400, 401, 403, 404, 408, 429, 500].map(
      (status) => refusedHandshake({ status, headers: {}, body }, target).error.message,
    );
    messages.push(socketFailure({ code: 1011, reason: echo }, target, true).error.message);
    messages.push(eventFailure({ type: 'server_error', message: echo }, target, false)?.error.message ?? 'missing');
    messages.push(networkFailure(new Error(echo), target).message);
    for (const message of messages) {
      expect(message).toContain('service.test');
      expect(message).not.toMatch(/secret|sk-|ghij|\n/);
    }
  });

  it.each([
    ['ENOTFOUND', 'check the base URL and the network', true],
    ['ECONNREFUSED', 'is the server running', true],
    ['ECONNRESET', 'check the network and try again', true],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'check its certificate', false],
    ['EPROTO', 'check whether it speaks TLS', true],
    ['WS_ERR_INVALID_OPCODE', 'check what stands between and try again', true],
    ['HPE_INVALID_CONSTANT', 'check the port, and whether it is ws or wss', true],
  ])('of the network after %s say what to do', (code, sentence, usable) => {
    const error = networkFailure(new AggregateError([Object.assign(new Error('no'), { code })]), target);
    expect(error.message).toContain(sentence);
    expect(error.usable).toBe(usable);
  });

  it('read how long to wait from whatever header says so', () => {
    const wait = (headers: Record<string, string>) => refusedHandshake({ status: 429, headers, body: '' }, target).retryAfterMs;
    expect(wait({ 'retry-after': '2' })).toBe(2_000);
    expect(wait({ 'retry-after-ms': '150', 'retry-after': '2' })).toBe(150);
    const dated = { date: 'Fri, 01 May 2026 12:00:00 GMT', 'retry-after': 'Fri, 01 May 2026 12:00:03 GMT' };
    expect(wait(dated)).toBe(3_000);
    expect(wait({ 'retry-after': 'soon' })).toBeUndefined();
    expect(wait({})).toBeUndefined();
  });

  it('tell a session that has expired from one that was refused', () => {
    expect(eventFailure({ code: 'session_expired' }, target, true)).toMatchObject({ atOnce: true, error: { usable: true } });
    expect(eventFailure({ code: 'invalid_value' }, target, true)).toBeUndefined();
    expect(eventFailure({ code: 'invalid_value' }, target, false)?.error.usable).toBe(false);
    expect(eventFailure({ type: 'server_error' }, target, false)?.error.usable).toBe(true);
  });
});
