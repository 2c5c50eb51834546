import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { parallel } from '../pipeline/parallel.js';
import { chain } from '../pipeline/pipeline.js';
import { defineProcessor } from '../processor/define-processor.js';
import { createSession } from '../session/session.js';
import { defineFrameKind, FrameKinds } from './frame-kinds.js';

test('what the user did and what happened survives an interruption, what was made in reply does not, and control never dies', () => {
  const kinds = new FrameKinds();
  for (const kind of ['transcription', 'interim-transcription', 'input-text', 'input-dtmf', 'tool-result'])
    expect(kinds.of(kind)).toEqual({ lane: 'data', survivesInterruption: true });
  for (const kind of ['llm-context', 'llm-text', 'tts-audio', 'tts-speak', 'tts-stopped', 'tool-calls'])
    expect(kinds.of(kind)).toEqual({ lane: 'data', survivesInterruption: false });
  for (const kind of ['start', 'end', 'cancel', 'error', 'metrics', 'bot-spoke', 'user-started-speaking'])
    expect(kinds.of(kind)).toEqual({ lane: 'control', survivesInterruption: true });
  expect(kinds.lane('input-audio')).toBe('media');
});

test('a kind that nobody described is a reply, also one that is called like a member of Object', () => {
  const kinds = new FrameKinds();
  for (const kind of ['weather', 'constructor', '__proto__', 'toString'])
    expect([kinds.lane(kind), kinds.diesWithTurn(kind)]).toEqual(['data', true]);
});

test('a kind may be described twice alike, and not otherwise; nor may one of the core be changed', () => {
  const kinds = new FrameKinds();
  const weather = defineFrameKind('weather', { lane: 'control' });
  kinds.add(weather);
  kinds.add({ ...weather });
  expect(kinds.lane('weather')).toBe('control');
  expect(() => kinds.add(defineFrameKind('weather', { lane: 'data' }))).toThrow('"weather" is defined twice');
  expect(() => kinds.add(defineFrameKind('llm-text', { lane: 'control' }))).toThrow('"llm-text" is defined twice');
});

test('kinds that processors bring along are known in the session, however deep the processor stands', async () => {
  const clock = new VirtualClock();
  const kind = defineFrameKind('weather', { lane: 'data', survivesInterruption: true });
  const seen: string[] = [];
  const brings = defineProcessor('brings', {}, { kinds: [kind] });
  const session = createSession(
    chain(
      'root',
      parallel(chain('inner', brings)),
      {
        name: 'last',
        connect(input) {
          input.down$.subscribe((frame) => seen.push(frame.kind));
          return input;
        },
      },
      defineProcessor('end', {}),
    ),
    { clock },
  );
  await session.start();
  const weather = { ...session.frame('llm-text', { text: 'sunny', response: 'r' }), kind: 'weather' };
  const unknown = { ...weather, kind: 'unknown' };
  session.interrupt();
  session.send(weather as never);
  session.send(unknown as never);
  expect(seen).toEqual(['start', 'interruption', 'weather']);
  session.cancel();
  await session.done;
});
