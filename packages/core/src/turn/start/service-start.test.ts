import { describe, expect, it } from 'vitest';
import { talking } from '../../test-support/talking.js';
import { serviceStop } from '../stop/service-stop.js';
import { serviceStart } from './service-start.js';

const service = { start: serviceStart(), stop: serviceStop() };

async function served() {
  const on = await talking(service);
  const { session } = on;
  const words = (kind: 'interim-transcription' | 'transcription', text: string, utterance = 'u1'): void =>
    session.send(session.frame(kind, { text, utterance, startMs: on.clock.now(), endMs: on.clock.now() }));
  return {
    ...on,
    words,
    begins: (): void => session.send(session.frame('proposed-user-started-speaking', { atMs: on.clock.now() })),
    ends: (): void => session.send(session.frame('proposed-user-stopped-speaking', { atMs: on.clock.now() })),
  };
}

describe('serviceStart and serviceStop', () => {
  it('begin and end the turn where the service says, without any detector (S001-24)', async () => {
    const { begins, ends, words, wait, at, turns, texts } = await served();
    await wait(100);
    begins();
    await wait(200);
    words('interim-transcription', 'where is');
    await wait(300);
    words('transcription', 'where is my order');
    await wait(50);
    ends();
    await wait(3000);
    expect(at('user-started-speaking')).toEqual([100]);
    expect(at('user-stopped-speaking')).toEqual([650]);
    expect(turns()).toEqual(['where is my order']);
    expect(texts()).toEqual(['user: where is my order', 'assistant: Answer 1.']);
  });

  it('wait for words that come after the end of the turn, for a while', async () => {
    const { begins, ends, words, wait, at, turns } = await served();
    begins();
    await wait(500);
    ends();
    await wait(200);
    words('transcription', 'hello');
    await wait(5000);
    begins();
    await wait(500);
    ends();
    await wait(5000);
    expect(turns()).toEqual(['hello', '']);
    expect(at('user-stopped-speaking')).toEqual([700, 5700 + 500 + 1000]);
  });

  it('interrupt the bot when the service says that the user begins', async () => {
    const { botSpeaks, begins, wait, cut } = await served();
    await botSpeaks();
    await wait(500);
    begins();
    expect(cut()).toBe(true);
  });

  it('ignore speech that the service does not take for a turn', async () => {
    const { say, wait, ignored, turns } = await served();
    await say('somebody in the background');
    await wait(5000);
    expect(turns()).toEqual([]);
    expect(ignored()).toEqual([['somebody in the background', 'the service did not take it for a turn']]);
  });
});
