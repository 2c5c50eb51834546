import { type Frame, pushToTalk } from '@voxrill/core';
import { cascadeBot, fakeLLM, fakeSTT, simulate } from '@voxrill/testing';
import { describe, expect, it } from 'vitest';

const bot = () => cascadeBot({ vad: pushToTalk(), stt: fakeSTT({ finalMs: 200 }), llm: fakeLLM({ firstMs: 300 }) });

describe('a bot with a button instead of a detector', () => {
  it('answers once the button is let go: the end of the audio first, then the request (S001-24, S001-26)', async () => {
    const { context, frames } = await simulate({
      bot: bot(),
      script: async ({ user, bot: voice, session }) => {
        const order: Frame['kind'][] = [];
        session.frames$.subscribe(({ frame, from }) => {
          if (from === 'push-to-talk' && frame.kind === 'input-audio') order.push(frame.kind);
          if (frame.kind === 'vad-user-stopped-speaking' && from === 'push-to-talk') order.push(frame.kind);
          if (frame.kind === 'llm-context' && order.at(-1) !== frame.kind) order.push(frame.kind);
        });
        const press = (pressed: boolean): void => session.send(session.frame('push-to-talk', { pressed }));
        press(true);
        await user.says('What time is it');
        // Silence of any length ends nothing while the button is held.
        await user.silentFor(3_000);
        expect(order).not.toContain('llm-context');
        press(false);
        await voice.says(/what time is it/i, { withinMs: 5_000 });
        const after = order.slice(order.indexOf('vad-user-stopped-speaking'));
        expect(order.filter((kind) => kind === 'input-audio').length).toBeGreaterThan(10);
        expect(after.filter((kind) => kind === 'input-audio')).toEqual([]);
        expect(after.at(-1)).toBe('llm-context');
      },
    });
    expect(context.map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(frames.some(({ frame }) => frame.kind === 'transcription')).toBe(true);
  });

  it('hears nothing of what is said without the button (S000-7)', async () => {
    const { context } = await simulate({
      bot: bot(),
      script: async ({ user, session }) => {
        await user.says('Nobody is to hear this');
        await user.silentFor(2_000);
        session.send(session.frame('push-to-talk', { pressed: false }));
        await user.silentFor(2_000);
      },
    });
    expect(context).toEqual([]);
  });
});
