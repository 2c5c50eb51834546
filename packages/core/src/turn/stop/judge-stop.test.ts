import { describe, expect, it } from 'vitest';
import type { LanguageModel, LLMRequest, ServiceCall } from '../../services/contracts.js';
import { ServiceError } from '../../services/service-error.js';
import { talking } from '../../test-support/talking.js';
import { type JudgeStopOptions, judgeStop } from './judge-stop.js';

/** A judge that takes `ms` and answers, piece by piece, what `answer` says of the text. */
async function court(answer: (text: string) => string, ms = 100, options: Partial<JudgeStopOptions> = {}) {
  const asked: { readonly text: string; readonly request: LLMRequest; ended: 'running' | 'finished' | 'aborted' }[] = [];
  const model: LanguageModel = {
    name: 'judge',
    async *generate(request: LLMRequest, { clock, signal }: ServiceCall) {
      const text = String(request.messages.at(-1)?.content);
      const record: (typeof asked)[number] = { text, request, ended: 'running' };
      asked.push(record);
      signal.addEventListener('abort', () => {
        if (record.ended === 'running') record.ended = 'aborted';
      });
      await clock.sleep(ms, signal);
      const answered = answer(text);
      record.ended = 'finished';
      for (const piece of answered) yield { type: 'text', text: piece };
    },
  };
  return { ...(await talking({ stop: judgeStop({ model, ...options }) })), asked };
}

describe('judgeStop', () => {
  it('ends the turn as soon as the judge finds the statement complete', async () => {
    const { say, wait, at, asked } = await court(() => 'YES.');
    await say('where is my order', { ms: 800 });
    await wait(5000);
    expect(at('user-stopped-speaking')).toEqual([1000]);
    expect(asked.map(({ text }) => text)).toEqual(['where is my order']);
    expect(asked[0]?.request).toMatchObject({ tools: [], messages: [{ role: 'system' }, { role: 'user' }] });
  });

  it('waits for the user to go on when the judge says no, and not for ever', async () => {
    const { say, wait, at, asked } = await court(() => 'No');
    await say('I would like', { ms: 600 });
    await wait(5000);
    expect(at('user-stopped-speaking')).toEqual([3100]);
    expect(asked).toHaveLength(1);
  });

  it('has all of the turn judged when the user went on, and gives up the question before', async () => {
    const { say, wait, turns, asked } = await court((text) => (text.endsWith('please') ? 'YES' : 'NO'), 400);
    await say('two boxes');
    await wait(200);
    await say('of strawberries please');
    await wait(5000);
    expect(turns()).toEqual(['two boxes of strawberries please']);
    expect(asked.map(({ text, ended }) => [text, ended])).toEqual([
      ['two boxes', 'aborted'],
      ['two boxes of strawberries please', 'finished'],
    ]);
  });

  it('asks once for the same text, and never before the final transcript is there', async () => {
    const { say, wait, asked, session, at } = await court(() => 'YES', 300);
    await say('hello', { ms: 200, finalMs: 150 });
    expect(asked).toHaveLength(0);
    await wait(200);
    const again = { text: 'hello', utterance: 'stt-1', startMs: 0, endMs: 200 };
    session.send(session.frame('transcription', again));
    await wait(5000);
    expect(asked).toHaveLength(1);
    expect(at('user-stopped-speaking')).toEqual([750]);
  });

  it('does without a judge that takes too long, fails, or answers something else: then silence decides', async () => {
    const slow = await court(() => 'YES', 10_000);
    await slow.say('hello', { ms: 200 });
    await slow.wait(3000);
    expect(slow.at('user-stopped-speaking')).toEqual([1700]);
    expect(slow.asked[0]?.ended).toBe('aborted');

    const failing = await court(() => {
      throw new ServiceError('server', 'The judge is ill.');
    });
    await failing.say('hello', { ms: 200 });
    await failing.wait(3000);
    expect(failing.at('user-stopped-speaking')).toEqual([1700]);
    const { report } = await failing.finish();
    expect(report.errors).toMatchObject([{ processor: 'judge', message: 'The judge is ill.' }]);

    const vague = await court(() => 'Perhaps.');
    await vague.say('hello', { ms: 200 });
    await vague.wait(3000);
    expect(vague.at('user-stopped-speaking')).toEqual([1700]);
    expect(vague.warnings).toEqual(['"judge" was asked for YES or NO whether a statement is complete, and answered neither.']);
  });

  it('gives up its question when the session ends, and leaves nothing behind', async () => {
    const { say, finish, asked } = await court(() => 'YES', 1000);
    await say('hello', { ms: 200 });
    const { report, pendingTimers } = await finish();
    expect(asked[0]?.ended).toBe('aborted');
    expect(report.totalErrors).toBe(0);
    expect(pendingTimers).toBe(0);
  });

  it('prepares its model once a session, and what it loads outlasts the pause in which it was begun', async () => {
    let prepared = 0;
    const model: LanguageModel = {
      name: 'judge',
      prepare: async ({ clock, signal }) => {
        prepared++;
        await clock.sleep(700, signal);
      },
      async *generate() {
        yield { type: 'text', text: 'YES' };
      },
    };
    const { say, wait, turns, at, finish } = await talking({ stop: judgeStop({ model }) });
    await say('two boxes', { ms: 400 });
    await wait(100);
    await say('of strawberries', { ms: 400 });
    await wait(3000);
    await say('please', { ms: 400 });
    await wait(3000);
    expect(turns()).toEqual(['two boxes of strawberries', 'please']);
    expect(prepared).toBe(1);
    expect(at('user-stopped-speaking')).toHaveLength(2);
    expect((await finish()).report.totalErrors).toBe(0);
  });

  it('tries again at the next pause when its model could not be prepared', async () => {
    let prepared = 0;
    const model: LanguageModel = {
      name: 'judge',
      prepare: async () => {
        if (++prepared === 1) throw new ServiceError('connectivity', 'The judge is not at home.');
      },
      async *generate() {
        yield { type: 'text', text: 'YES' };
      },
    };
    const { say, wait, at, finish } = await talking({ stop: judgeStop({ model }) });
    await say('hello', { ms: 200 });
    await wait(3000);
    await say('hello again', { ms: 200 });
    await wait(3000);
    const [first = 0, second = 0] = at('user-stopped-speaking');
    expect([first, second < 5000]).toEqual([1700, true]);
    expect(prepared).toBe(2);
    expect((await finish()).report.errors).toMatchObject([{ message: 'The judge is not at home.' }]);
  });

  it('refuses negative times', async () => {
    await expect(court(() => 'YES', 0, { incompleteMs: -1 })).rejects.toThrow(RangeError);
  });
});
