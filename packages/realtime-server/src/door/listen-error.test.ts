import { describe, expect, it } from 'vitest';
import { listenError } from './listen-error.js';

describe('a port that cannot be had', () => {
  const told = (code: string): Error => listenError(Object.assign(new Error(`listen ${code}`), { code }), '10.0.0.7', 443);

  it.each([
    ['EADDRINUSE', 'Port 443 of 10.0.0.7 is taken; give another port, or 0 for any that is free.'],
    ['EACCES', 'Port 443 of 10.0.0.7 is not open to this user; give a port above 1023, or 0 for any that is free.'],
    ['EADDRNOTAVAIL', 'Port 443 of 10.0.0.7 cannot be had, for 10.0.0.7 is no address of this machine; give another host.'],
    ['EMFILE', 'Port 443 of 10.0.0.7 cannot be had (listen EMFILE); give another port or host.'],
  ])('is told of in a sentence: %s', (code, sentence) => {
    expect(told(code)).toMatchObject({ message: sentence, code, cause: { message: `listen ${code}` } });
  });
});
