import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { VirtualClock } from '../../clock/virtual-clock.js';
import type { Frame, FrameKind, FramePayload } from '../../frames/frame.js';
import { chain } from '../../pipeline/pipeline.js';
import { defineProcessor } from '../../processor/define-processor.js';
import { createSession } from '../../session/session.js';
import { talking } from '../../test-support/talking.js';
import { defineTool } from '../../tools/tool.js';
import { muteDuringTools } from './mute-during-tools.js';
import { muteFirstSpeech } from './mute-first-speech.js';
import type { MuteStrategy } from './mute-strategy.js';
import { muteUntilFirstReply } from './mute-until-first-reply.js';
import { muteWhen } from './mute-when.js';
import { muteWhileBotSpeaks } from './mute-while-bot-speaks.js';

const session = createSession(chain('none', defineProcessor('nothing', {})), { clock: new VirtualClock() });
const make = <K extends FrameKind>(kind: K, payload: FramePayload<K>): Frame => session.frame(kind, payload);
const start = make('start', {});
const userStarts = make('user-started-speaking', { speechAtMs: 0 });
const botStarts = make('bot-started-speaking', {});
const botStops = make('bot-stopped-speaking', { interrupted: false });
const calls = (group: string, ...names: string[]): Frame =>
  make('tool-calls', { group, calls: names.map((name) => ({ id: `id of ${name}`, name, arguments: '{}' })) });
const result = (group: string, name: string): Frame =>
  make('tool-result', { group, callId: `id of ${name}`, name, outcome: { status: 'result', value: 1 } });

/** Whether the user is muted from each of the frames on. */
const through = (strategy: MuteStrategy, ...frames: readonly Frame[]): string => {
  const run = strategy.attach();
  return frames.map((frame) => (run(frame) ? 'x' : '.')).join('');
};
const talk = [start, botStarts, botStops, userStarts, botStarts, botStops];

describe('a mute strategy mutes from the very frame on', () => {
  it('while the bot speaks', () => expect(through(muteWhileBotSpeaks(), ...talk)).toBe('.x..x.'));
  it('while it speaks for the first time', () => expect(through(muteFirstSpeech(), ...talk)).toBe('.x....'));
  it('until it has spoken', () => expect(through(muteUntilFirstReply(), ...talk)).toBe('xx....'));
  it('while tools run, until the last of them has ended', () =>
    expect(through(muteDuringTools(), start, calls('g', 'a', 'b'), result('g', 'b'), botStarts, result('g', 'a'), botStops)).toBe(
      '.xxx..',
    ));
  it('while tools run, but for those that are excepted', () =>
    expect(through(muteDuringTools({ except: ['slow'] }), calls('g', 'slow'), calls('h', 'a', 'slow'), result('h', 'a'))).toBe(
      '.x.',
    ));
  it('while tools run, also when calls and results are told of twice', () =>
    expect(
      through(muteDuringTools(), calls('g', 'a'), calls('g', 'a'), result('g', 'a'), calls('g', 'a'), result('g', 'a')),
    ).toBe('xx...'));
  it('when told to, and as before when nothing is told', () => {
    const strategy = muteWhen(({ kind }) => (kind === 'start' ? true : kind === 'bot-stopped-speaking' ? false : undefined));
    expect(through(strategy, ...talk)).toBe('xx....');
  });
  it('in each session by itself', () => {
    const strategy = muteFirstSpeech();
    expect([through(strategy, ...talk), through(strategy, ...talk)]).toEqual(['.x....', '.x....']);
  });
});

describe('in a call', () => {
  it('the user is muted by the frame that says so, not by the one after it', async () => {
    const { session: call, botSpeaks, wait, kinds } = await talking({ mute: muteWhileBotSpeaks() });
    expect(call.muted).toBe(false);
    await botSpeaks(1000);
    expect(call.muted).toBe(true);
    await wait(999);
    expect(call.muted).toBe(true);
    await wait(1);
    expect(call.muted).toBe(false);
    expect(kinds('bot-started-speaking', 'user-mute-started', 'bot-stopped-speaking', 'user-mute-stopped').toSorted()).toEqual([
      'bot-started-speaking',
      'bot-stopped-speaking',
      'user-mute-started',
      'user-mute-stopped',
    ]);
  });

  it('the user is muted from the start until the bot has spoken, also if that was cut', async () => {
    const { session: call, botSpeaks, wait } = await talking({ mute: muteUntilFirstReply() });
    expect(call.muted).toBe(true);
    await botSpeaks(1000);
    await wait(300);
    call.interrupt();
    expect(call.muted).toBe(false);
  });

  it('the user is muted while a tool runs', async () => {
    let finish = (_: string): void => undefined;
    const book = defineTool({
      name: 'book',
      description: 'Books a table.',
      parameters: z.object({}),
      run: () =>
        new Promise<string>((resolve) => {
          finish = resolve;
        }),
    });
    const {
      session: call,
      type,
      wait,
      texts,
    } = await talking(
      { mute: muteDuringTools() },
      {
        context: { tools: [book] },
        generate: async function* (_request, _call, count) {
          if (count === 1) yield { type: 'tool-call', call: { id: 'c1', name: 'book', arguments: '{}' } };
          else yield { type: 'text', text: 'Booked.' };
        },
      },
    );
    type('book a table');
    await wait(500);
    expect(call.muted).toBe(true);
    finish('done');
    await wait(0);
    expect(call.muted).toBe(false);
    await wait(3000);
    expect(texts().at(-1)).toBe('assistant: Booked.');
  });

  it('the user is heard again also when the model asks for more tools than it may', async () => {
    const look = defineTool({ name: 'look', description: 'Looks.', parameters: z.object({}), run: () => 'nothing' });
    const {
      session: call,
      type,
      wait,
      of,
    } = await talking(
      { mute: muteDuringTools() },
      {
        context: { tools: [look] },
        generate: async function* (_request, _call, count) {
          if (count <= 20) yield { type: 'tool-call', call: { id: `c${count}`, name: 'look', arguments: '{}' } };
          else yield { type: 'text', text: 'Sorry.' };
        },
      },
    );
    type('look again and again');
    await wait(5000);
    expect(call.muted).toBe(false);
    // Every call ends, also one that is not run.
    expect(of('tool-result').map(({ callId }) => callId)).toEqual(of('tool-calls').map(({ calls: [one] }) => one?.id));
  });

  it('what the application has muted stays so when the strategy lets go', async () => {
    const { session: call, botSpeaks, wait } = await talking({ mute: muteWhileBotSpeaks() });
    call.mute();
    await botSpeaks(500);
    await wait(1000);
    expect(call.muted).toBe(true);
    call.unmute();
    expect(call.muted).toBe(false);
  });

  it('several strategies mute as long as one of them wants it', async () => {
    const { session: call, botSpeaks, wait } = await talking({ mute: [muteFirstSpeech(), muteWhileBotSpeaks()] });
    await botSpeaks(500);
    await wait(1000);
    expect(call.muted).toBe(false);
    await botSpeaks(500);
    expect(call.muted).toBe(true);
  });
});
