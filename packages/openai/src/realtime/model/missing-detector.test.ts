import { defineProcessor, type FrameProcessor } from '@voxrill/core';
import { expect, test } from 'vitest';
import { simulatedCall } from '../../test-support/simulated-call.js';
import type { OpenAIRealtimeOptions } from './realtime-options.js';

const own = { turnDetection: 'own' } as const;

/** Makes what comes as loud as a voice, and says at 2 s that the user speaks if it `finds` turns. */
function loud(finds: boolean, level = 3_000): FrameProcessor {
  return defineProcessor('loud', (stage) => {
    let found = !finds;
    return {
      down: {
        'input-audio': (frame) => {
          if (!found && frame.at >= 2_000) {
            found = true;
            stage.broadcast(stage.frame('vad-user-started-speaking', { speechAtMs: frame.at }));
          }
          return { ...frame, samples: frame.samples.map(() => level) };
        },
      },
    };
  });
}

async function warningsOf(model: Partial<OpenAIRealtimeOptions>, detector?: FrameProcessor): Promise<readonly string[]> {
  const warnings: string[] = [];
  const logger = (message: string) => warnings.push(message);
  const call = await simulatedCall({ model, logger, ...(detector === undefined ? {} : { detector }) });
  await call.clock.advance(4_000);
  expect(warnings).toEqual([]);
  await call.clock.advance(20_000);
  return warnings;
}

test('five seconds of sound without a turn are one warning that says what is missing', async () => {
  expect(await warningsOf(own, loud(false))).toEqual([
    expect.stringMatching(/^There was 5 s of sound .* a detector such as voiceActivity .* by a button, .*\.$/),
  ]);
});

test('nobody is warned where turns are found, where the service finds them, or where the user is silent', async () => {
  expect(await warningsOf(own, loud(true))).toEqual([]);
  expect(await warningsOf({}, loud(false))).toEqual([]);
  expect(await warningsOf(own, loud(false, 60))).toEqual([]);
  expect(await warningsOf(own)).toEqual([]);
});
