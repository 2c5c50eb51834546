import { fakeVad } from '@voxrill/testing';
import { describe, expect, test } from 'vitest';
import { simulatedCall } from '../../test-support/simulated-call.js';

const sentences = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];

/** A call whose connection is gone while all of it is said. */
async function saidOffline(found: 'here' | 'by the service', keepAudioMs = 60_000) {
  let reachable = true;
  const warnings: string[] = [];
  const call = await simulatedCall({
    reachable: () => reachable,
    ...(found === 'here' ? { detector: fakeVad() } : {}),
    model: { keepAudioMs, ...(found === 'here' ? { turnDetection: 'own' } : {}) },
    logger: (message) => warnings.push(message),
  });
  await call.clock.advance(100);
  reachable = false;
  call.service.breaks();
  for (const sentence of sentences) {
    void call.line.say(sentence);
    await call.clock.advance(2_000);
  }
  reachable = true;
  await call.clock.advance(40_000);
  return { call, warnings };
}

describe('what is said while the line is down', () => {
  test.each(['here', 'by the service'] as const)('is heard by the next connection, with turns found %s', async (found) => {
    const { call, warnings } = await saidOffline(found);
    const users = call.said.filter((line) => line.startsWith('user: ')).map((line) => line.slice(6));
    expect(users.join(' ')).toBe(sentences.join(' '));
    expect(warnings.filter((message) => message.includes('were lost'))).toEqual([]);
  });

  test.each(['here', 'by the service'] as const)(
    'is heard also if nobody knew yet that it is, with turns found %s',
    async (found) => {
      const call = await simulatedCall({
        ...(found === 'here' ? { detector: fakeVad(), model: { turnDetection: 'own' } } : {}),
        service: { answer: (items) => ({ text: `You said ${items.findLast(({ role }) => role === 'user')?.text}` }) },
      });
      void call.line.say('before');
      await call.clock.advance(20_000);
      call.service.dies();
      void call.line.say('into a dead line');
      await call.clock.advance(30_000);
      expect(call.services).toHaveLength(2);
      expect(call.said).toEqual([
        'user: before',
        'assistant: You said before',
        'user: into a dead line',
        'assistant: You said into a dead line',
      ]);
    },
  );

  test('is lost from its beginning where it is more than is to be kept, and that is told', async () => {
    const { call, warnings } = await saidOffline('here', 3_000);
    const users = call.said.filter((line) => line.startsWith('user: '));
    expect(users.at(-1)).toContain('seven');
    expect(users.join(' ')).not.toContain('one');
    expect(warnings.filter((message) => message.includes('were lost'))).toHaveLength(1);
  });
});
