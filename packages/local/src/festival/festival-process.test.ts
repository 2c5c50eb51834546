import { spawn } from 'node:child_process';
import { VirtualClock } from '@voxrill/core';
import { expect, it } from 'vitest';
import { FestivalProcess } from './festival-process.js';

/** Answers with the word in quotes, but for "hang": there it never comes back. */
const stub = `
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    if (line.includes('"hang"')) for (;;);
    const word = /"(one|two)"/.exec(line);
    if (word) process.stdout.write(word[1]);
    if (line.includes('@@DONE')) process.stdout.write('@@DONE\\n');
  });`;

it('Festival is begun anew when it hangs with a text that was given up, and says what others have waited for', async () => {
  let begun = 0;
  const festival = new FestivalProcess('', () => {
    begun++;
    return spawn(process.execPath, ['-e', stub], { stdio: 'pipe' });
  });
  const clock = new VirtualClock();
  const { signal } = new AbortController();
  const stop = new AbortController();
  const hung = festival.run('"hang"', { clock, signal: stop.signal });
  const waiting = [festival.run('"one"', { clock, signal }), festival.run('"two"', { clock, signal })];
  const refused = expect(hung).rejects.toThrow('given up');
  stop.abort(new Error('given up'));
  await refused;
  await clock.advance(1_999);
  expect(begun).toBe(1);
  await clock.advance(1);
  expect(begun).toBe(2);
  expect(await Promise.all(waiting)).toEqual(['one', 'two']);
  expect(clock.pendingTimers).toBe(0);
  festival.close();
});
