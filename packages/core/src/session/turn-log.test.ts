import { beforeEach, describe, expect, test } from 'vitest';
import type { FrameKind, FramePayload } from '../frames/frame.js';
import { ServiceError } from '../services/service-error.js';
import type { Session } from '../session/session.js';
import { call } from '../test-support/call.js';
import { watchedSession } from '../test-support/watched-session.js';
import { TurnLog } from './turn-log.js';

describe('a turn', () => {
  let log: TurnLog;
  let session: Session;
  let turn: number;
  beforeEach(() => {
    log = new TurnLog();
    ({ session } = watchedSession({}));
    turn = 0;
  });
  const see = <K extends FrameKind>(kind: K, payload: FramePayload<K>, epoch = turn): void =>
    log.see({ ...session.frame(kind, payload), turn: epoch });
  const starts = (): void => {
    turn++;
    see('user-started-speaking', { speechAtMs: 0 });
  };
  const stops = (text: string): void => see('user-stopped-speaking', { speechAtMs: 0, text });
  const fails = (): void => see('error', { category: 'server', message: 'No answer.', processor: 'llm', usable: true });
  const spoke = (epoch: number, playedMs = 20): void =>
    see('bot-spoke', { utterance: 'u', text: 'w', playedMs, state: 'playing' }, epoch);
  const states = (): string[] => {
    log.close();
    return log.records.map(({ state }) => state);
  };

  test('that the user takes up while its answer can still come is continued, and counts with the turn that took it up', () => {
    for (const text of ['a', 'b', 'c']) {
      starts();
      stops(text);
    }
    expect(states()).toEqual(['continued', 'continued', 'unanswered']);
    expect(log.unanswered).toBe(1);
  });

  test('that is continued by one that is answered leaves nothing unanswered', () => {
    starts();
    stops('a');
    starts();
    stops('b');
    spoke(turn);
    expect(states()).toEqual(['continued', 'answered']);
    expect(log.unanswered).toBe(0);
  });

  test('whose answer failed before the user spoke again is unanswered', () => {
    starts();
    stops('a');
    fails();
    starts();
    stops('b');
    spoke(turn);
    expect(states()).toEqual(['unanswered', 'answered']);
    expect(log.unanswered).toBe(1);
  });

  test('is answered though something failed on the way, if the bot speaks all the same', () => {
    starts();
    stops('a');
    fails();
    spoke(turn);
    expect(states()).toEqual(['answered']);
  });

  test('is continued though something fails while the user speaks on', () => {
    starts();
    stops('a');
    starts();
    fails();
    stops('b');
    spoke(turn);
    expect(states()).toEqual(['continued', 'answered']);
  });

  test('that the user began to take up is unanswered when the session closes before that turn is decided', () => {
    starts();
    stops('a');
    starts();
    expect(states()).toEqual(['unanswered']);
  });

  test('whose answer was stopped by a noise goes on waiting for it', () => {
    for (const text of ['a', '', 'b', '']) {
      starts();
      stops(text);
    }
    expect(log.records.map(({ state }) => state)).toEqual(['continued', 'pending']);
    spoke(turn);
    expect(states()).toEqual(['continued', 'answered']);
  });

  test('that is answered while the bot is speaking already is answered by what is heard of its own or a later epoch', () => {
    starts();
    stops('a');
    spoke(turn - 1);
    spoke(turn, 0);
    expect(log.records[0]?.state).toBe('pending');
    spoke(turn);
    expect(log.records[0]).toMatchObject({ state: 'answered', botStartedAtMs: 0, voiceToVoiceMs: 0 });
  });

  test('that was typed, so that no speech began it, counts like any other', () => {
    stops('typed');
    fails();
    turn++;
    stops('typed again');
    turn++;
    stops('and again');
    expect(states()).toEqual(['unanswered', 'continued', 'unanswered']);
    expect(log.unanswered).toBe(2);
    expect(log.total).toBe(3);
  });

  test('that the model has heard itself counts without a transcript, and takes the one that comes later', () => {
    starts();
    see('user-stopped-speaking', { speechAtMs: 0, text: '', heard: true });
    spoke(turn);
    see('transcription', { text: 'go forward', utterance: 'u', startMs: 0, endMs: 1 });
    starts();
    see('user-stopped-speaking', { speechAtMs: 0, text: '', heard: true });
    expect(states()).toEqual(['answered', 'unanswered']);
    expect(log.records.map(({ text }) => text)).toEqual(['go forward', '']);
    expect(log.total).toBe(2);
  });

  describe('that the model has heard', () => {
    const heard = (text = '', speechAtMs = 0): void => see('user-stopped-speaking', { speechAtMs, text, heard: true });
    const written = (text: string, epoch: number, utterance = text, startMs = 0, endMs = 1): void =>
      see('transcription', { text, utterance, startMs, endMs }, epoch);
    const texts = (): string[] => log.records.map(({ text }) => text);

    test('takes its transcript though others have followed, in whatever order the transcripts come', () => {
      for (let i = 0; i < 3; i++) {
        starts();
        heard();
      }
      for (const epoch of [2, 1, 3]) written(`turn ${epoch}`, epoch);
      expect(texts()).toEqual(['turn 1', 'turn 2', 'turn 3']);
      expect(states()).toEqual(['continued', 'continued', 'unanswered']);
    });

    test('takes all of its transcripts in the order of the speech, and each of them once', () => {
      starts();
      heard();
      starts();
      heard();
      written('forward', 1, 'b', 500, 900);
      written('go', 1, 'a', 0, 400);
      written('forwards', 1, 'b', 500, 900);
      written('', 1, 'c', 900, 950);
      expect(texts()).toEqual(['go forwards', '']);
    });

    test('gets the rest when only its beginning was written down before it ended', () => {
      starts();
      const early = { ...session.frame('transcription', { text: 'go', utterance: 'a', startMs: 0, endMs: 1 }), turn };
      heard('go');
      log.see(early);
      written('forward', turn, 'b', 2, 3);
      expect(texts()).toEqual(['go forward']);
    });

    test('keeps its transcript apart when somebody interrupts before it is decided', () => {
      starts();
      turn++;
      heard();
      starts();
      heard();
      written('said at first', 1);
      written('said then', 3);
      expect(texts()).toEqual(['said at first', 'said then']);
    });

    test('takes what was said before it was known for a turn, and nothing that was said at another time', () => {
      turn = 5;
      see('user-started-speaking', { speechAtMs: 1000 });
      heard('', 2000);
      written('uh-huh', 4, 'a', 200, 400);
      written('stop', 4, 'b', 1000, 2000);
      written('what is said now', 6, 'c', 1500, 2500);
      expect(texts()).toEqual(['stop']);
    });

    test('is found again behind more turns than are listed', () => {
      for (let i = 0; i < 1001; i++) {
        starts();
        heard();
      }
      written('the last but one', 1000);
      expect(log.records.at(-2)?.text).toBe('the last but one');
      expect(log.total).toBe(1001);
    });
  });
});

test('a call in which the model fails twice reports two unanswered turns, though the user went on speaking each time', async () => {
  const { speak, clock, finish } = await call({
    async *generate(_request, _call, count) {
      if (count < 3) throw new ServiceError('server', 'The model is down.');
      yield { type: 'text', text: 'I am back.' };
    },
  });
  for (let i = 0; i < 3; i++) {
    await speak();
    await clock.advance(3000);
  }
  const { report } = await finish();
  expect(report).toMatchObject({ totalTurns: 3, unansweredTurns: 2, totalErrors: 2 });
  expect(report.turns.map(({ state }) => state)).toEqual(['unanswered', 'unanswered', 'answered']);
});
