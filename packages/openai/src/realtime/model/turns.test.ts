import { interruptAfter, neverInterrupt, pushToTalk } from '@voxrill/core';
import { fakeVad } from '@voxrill/testing';
import { describe, expect, test } from 'vitest';
import { realtimeCall } from '../../test-support/realtime-call.js';
import { simulatedCall } from '../../test-support/simulated-call.js';
import type { SimulatedItem } from '../../test-support/simulated-conversation.js';

const echo = (items: readonly SimulatedItem[]): { text: string } => ({
  text: `You said ${items.findLast(({ role }) => role === 'user')?.text ?? 'nothing'}`,
});

describe('turns that the service finds', () => {
  test('a spoken turn is answered by the service itself: nobody asks it to', async () => {
    const call = await simulatedCall({ service: { answer: echo } });
    await call.says('good morning');
    expect(call.service.received.map(({ type }) => type)).not.toContain('response.create');
    expect(call.heard).toEqual(['You said good morning']);
  });

  test.each(['server_vad', 'semantic_vad'] as const)(
    'with create_response off, %s is asked for one answer a turn',
    async (type) => {
      const call = await realtimeCall({ model: { turnDetection: { type, create_response: false } } });
      const { service, clock } = call;
      await clock.advance(1_000);
      service.fresh();
      service.hears('item_u1', 400);
      await clock.advance(600);
      service.heard('item_u1', 1_500, 'Hello.');
      expect(service.freshTypes()).toEqual(['response.create']);
      service.replies('resp_1', 'item_a1', 'Hello to you.');
      await clock.advance(3_000);
      expect(call.said).toEqual(['user: Hello.', 'assistant: Hello to you.']);
      expect(service.freshTypes()).toEqual([]);
    },
  );

  test('with semantic_vad, the service answers as with the other detector', async () => {
    const call = await realtimeCall({ model: { turnDetection: { type: 'semantic_vad', eagerness: 'low' } } });
    const { service, clock } = call;
    expect(JSON.stringify(service.sent[0])).toContain('"eagerness":"low"');
    await clock.advance(1_000);
    service.fresh();
    service.hears('item_u1', 400);
    service.heard('item_u1', 900, 'Hello.');
    service.replies('resp_1', 'item_a1', 'Hello to you.');
    await clock.advance(3_000);
    expect(service.freshTypes()).toEqual([]);
    expect(call.said).toEqual(['user: Hello.', 'assistant: Hello to you.']);
  });

  test('S000-5: typed text is an item, and is asked to be answered', async () => {
    const call = await simulatedCall({ service: { answer: echo } });
    call.line.type('written words');
    await call.clock.advance(4_000);
    expect(call.service.said).toEqual(['user: written words', 'assistant: You said written words']);
    expect(call.heard).toEqual(['You said written words']);
  });

  test('the positions of speech are session time, without the silence around it that the service counts in', async () => {
    const call = await simulatedCall({ service: { answer: echo } });
    await call.clock.advance(1_010);
    const startMs = call.session.frame('force-reply', {}).at;
    void call.line.say('how long is this');
    await call.clock.advance(5_000);
    const [started] = call.of('user-started-speaking');
    const [stopped] = call.of('user-stopped-speaking');
    expect(Math.abs((started?.speechAtMs ?? 0) - startMs)).toBeLessThanOrEqual(20);
    expect(Math.abs((stopped?.speechAtMs ?? 0) - startMs - 16 * 60)).toBeLessThanOrEqual(20);
  });

  test('the service may have other times than were asked for, and says so', async () => {
    const call = await realtimeCall();
    const { service, clock } = call;
    const turn_detection = { type: 'server_vad', silence_duration_ms: 200, prefix_padding_ms: 100 };
    service.says('session.updated', { session: { type: 'realtime', audio: { input: { turn_detection } } } });
    await clock.advance(3_000);
    service.hears('item_u1', 1_000);
    service.heard('item_u1', 2_000, 'Hello.');
    expect(call.of('user-started-speaking')[0]?.speechAtMs).toBe(1_100);
    expect(call.of('user-stopped-speaking')[0]?.speechAtMs).toBe(1_800);
  });

  test('S001-33: a mute in mid-speech closes the turn, and nothing of the microphone is sent meanwhile', async () => {
    const call = await simulatedCall({ service: { answer: echo } });
    void call.line.say('a long sentence that is cut by the button');
    await call.clock.advance(1_500);
    call.session.mute();
    const sent = call.service.received.length;
    await call.clock.advance(5_000);
    const types = call.service.received.slice(sent).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['input_audio_buffer.commit', 'response.create']));
    expect(types.filter((type) => type === 'input_audio_buffer.append').length).toBeLessThanOrEqual(2);
    expect(call.heard).toHaveLength(1);
    expect(call.heard[0]).toMatch(/^You said a long sentence/);
    call.session.unmute();
    await call.clock.advance(2_000);
    await call.says('and on we go');
    expect(call.heard.at(-1)).toBe('You said and on we go');
  });

  test('S001-33: a forced reply ends the turn though the user is still heard: commit, then response.create', async () => {
    const call = await simulatedCall({ service: { answer: echo } });
    void call.line.say('no end of this sentence in sight');
    await call.clock.advance(1_200);
    call.session.forceReply();
    await call.clock.advance(100);
    const types = call.service.received.map(({ type }) => type).filter((type) => type !== 'input_audio_buffer.append');
    expect(types.slice(-2)).toEqual(['input_audio_buffer.commit', 'response.create']);
    expect(call.of('user-stopped-speaking')).toHaveLength(1);
  });

  test('S001-33: a forced reply in silence asks for one, as things stand', async () => {
    const call = await simulatedCall({ service: { answer: () => ({ text: 'Here I am.' }) } });
    await call.clock.advance(500);
    call.session.forceReply();
    await call.clock.advance(3_000);
    expect(call.heard).toEqual(['Here I am.']);
  });
});

describe('turns of our own', () => {
  const own = { turnDetection: 'own', transcription: { model: 'whisper-1' } } as const;

  test('S001-26: what is said goes out from its onset, and a little before, then commit and response.create', async () => {
    const call = await simulatedCall({ model: own, service: { answer: echo }, detector: fakeVad() });
    await call.clock.advance(2_000);
    expect(call.service.received.map(({ type }) => type)).toEqual(['session.update']);
    void call.line.say('hello there');
    await call.clock.advance(6_000);
    const types = call.service.received.map(({ type }) => type).slice(1);
    const appends = types.filter((type) => type === 'input_audio_buffer.append').length;
    expect(types.slice(appends)).toEqual(['input_audio_buffer.commit', 'response.create']);
    // 300 ms before, 660 ms of speech, and the 500 ms of silence by which the detector knows.
    expect(appends * 20).toBeGreaterThanOrEqual(1_440);
    expect(appends * 20).toBeLessThanOrEqual(1_520);
    expect(call.said).toEqual(['user: hello there', 'assistant: You said hello there']);
    expect(call.service.refusals).toEqual([]);
  });

  test('push-to-talk: what is said while the button is held is a turn, however short', async () => {
    const call = await simulatedCall({ model: own, service: { answer: echo }, detector: pushToTalk() });
    const press = (pressed: boolean): void => call.session.send(call.session.frame('push-to-talk', { pressed }));
    await call.clock.advance(1_000);
    press(true);
    void call.line.say('yes', { lastsMs: 50 });
    await call.clock.advance(60);
    press(false);
    await call.clock.advance(3_000);
    expect(call.heard).toEqual(['You said yes']);
    press(true);
    press(false);
    await call.clock.advance(3_000);
    expect(call.service.refusals).toEqual([]);
  });

  test('typed text commits no audio', async () => {
    const call = await simulatedCall({ model: own, service: { answer: echo }, detector: fakeVad() });
    await call.clock.advance(1_000);
    call.line.type('only written');
    await call.clock.advance(4_000);
    expect(call.service.received.map(({ type }) => type)).toEqual([
      'session.update',
      'conversation.item.create',
      'response.create',
    ]);
    expect(call.said).toEqual(['user: only written', 'assistant: You said only written']);
    await call.says('and spoken');
    expect(call.said.slice(2)).toEqual(['user: and spoken', 'assistant: You said and spoken']);
  });

  const story = 'once upon a time there was a king who had no crown, and nobody in his country knew why, for it was a secret';

  test.each([300, 3_000])(
    'S001-24, S001-25: with neverInterrupt the bot finishes, and what was said %i ms after its beginning is answered then',
    async (ms) => {
      const call = await simulatedCall({
        model: own,
        service: { answer: (items) => ({ text: items.length > 2 ? 'Then blue it is.' : story }) },
        detector: fakeVad(),
        context: { turn: { interruption: neverInterrupt() } },
      });
      void call.line.say('which one');
      await call.clock.runUntil(() => call.of('bot-started-speaking').length > 0);
      await call.clock.advance(ms);
      void call.line.say('blue');
      await call.clock.advance(16_000);
      expect(call.heard).toEqual([story, 'Then blue it is.']);
      expect(call.service.items.at(-2)?.text).toBe('blue');
      expect(call.service.refusals).toEqual([]);
      expect(call.of('error')).toEqual([]);
    },
  );

  test('S001-25: speech that does not last as long as it takes to interrupt is taken back, and the next is heard', async () => {
    const call = await simulatedCall({
      model: own,
      service: { answer: () => ({ text: story }) },
      detector: fakeVad(),
      context: { turn: { interruption: interruptAfter({ durationMs: 800 }) } },
    });
    void call.line.say('tell me');
    await call.clock.runUntil(() => call.of('bot-started-speaking').length > 0);
    void call.line.say('mhm');
    await call.clock.advance(5_000);
    expect(call.service.received.map(({ type }) => type)).toContain('input_audio_buffer.clear');
    expect(call.of('user-speech-ignored')).toHaveLength(1);
    await call.says('but why had he no crown', 500);
    expect(call.of('bot-stopped-speaking')).toMatchObject([{ interrupted: true }]);
    await call.clock.advance(10_000);
    expect(call.heard.at(-1)).toBe(story);
    expect(call.service.items.at(-2)?.text).toBe('but why had he no crown');
    expect(call.service.refusals).toEqual([]);
    expect(call.of('error')).toEqual([]);
  });

  test('muted, nothing is sent, and the turn that was open is answered', async () => {
    const call = await simulatedCall({ model: own, service: { answer: echo }, detector: fakeVad() });
    void call.line.say('half of a sentence that is long');
    await call.clock.advance(900);
    call.session.mute();
    await call.clock.advance(4_000);
    const sent = call.service.received.length;
    expect(call.heard).toHaveLength(1);
    expect(call.heard[0]).toMatch(/^You said half of/);
    await call.clock.advance(4_000);
    expect(call.service.received.length).toBe(sent);
  });

  test.each([100, 700, 1_300, 1_700])(
    'a connection lost %i ms after the onset loses nothing of a turn of our own',
    async (ms) => {
      const call = await simulatedCall({ model: own, service: { answer: echo }, detector: fakeVad() });
      await call.clock.advance(2_000);
      void call.line.say('strawberries please');
      await call.clock.advance(ms);
      call.service.breaks();
      await call.clock.advance(8_000);
      expect(call.heard).toEqual(['You said strawberries please']);
      expect(call.said).toEqual(['user: strawberries please', 'assistant: You said strawberries please']);
      expect(call.service.refusals).toEqual([]);
    },
  );

  test('without a connection, only what is said is kept', async () => {
    let reachable = true;
    const call = await simulatedCall({ model: own, service: { answer: echo }, detector: fakeVad(), reachable: () => reachable });
    await call.clock.advance(1_000);
    reachable = false;
    call.service.breaks();
    await call.clock.advance(4_000);
    void call.line.say('are you there');
    await call.clock.advance(9_000);
    reachable = true;
    await call.clock.advance(20_000);
    expect(call.heard).toEqual(['You said are you there']);
    const bytes = call.model.traffic(call.session).sentAudioBytes;
    expect(bytes / 48).toBeLessThan(3_000);
  });
});
