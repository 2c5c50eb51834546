import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { combinedVad, decodeWav, openWav, rmsLevel, voiceActivity, wavOutput } from '@voxrill/audio';
import {
  chain,
  contextPair,
  createSession,
  type FrameProcessor,
  messageText,
  pipeline,
  realClock,
  type Session,
  switchable,
} from '@voxrill/core';
import { flite, moonshine, ruleModel } from '@voxrill/local';
import { openaiRealtime } from '@voxrill/openai';
import { type RealtimeServer, serveRealtime } from '@voxrill/realtime-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveMicrophone } from './live-microphone.js';

const goForward = fileURLToPath(new URL('../speech/human-ps-goforward.wav', import.meta.url));

let folder = '';
let server: RealtimeServer;
let question: Int16Array = new Int16Array(0);
// All calls share the weights.
const stt = moonshine();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voxrill-modes-'));
  const tts = flite();
  server = await serveRealtime((call) => pipeline(call.input, stt, call.conversation, ruleModel(), tts, call.output));
  question = await spoken('Repeat what I just said.');
  await stt.prepare({ clock: realClock(), signal: new AbortController().signal });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Another voice than that of the bot. */
async function spoken(text: string): Promise<Int16Array> {
  const samples: number[] = [];
  const call = { clock: realClock(), signal: new AbortController().signal };
  for await (const piece of flite({ voice: 'awb' }).synthesize(text, call))
    if (piece.type === 'audio') samples.push(...piece.samples);
  return Int16Array.from(samples);
}

async function recorded(path: string): Promise<Int16Array> {
  const samples: number[] = [];
  for await (const chunk of await openWav(path, { sampleRate: 16_000 })) samples.push(...chunk);
  return Int16Array.from(samples);
}

interface Plan {
  /** The service finds the turns; otherwise they are found here, whoever answers. */
  readonly serviceTurns?: boolean;
  /** Happens when the first answer is over. */
  readonly between?: (session: Session) => Promise<unknown>;
}

const cascade = () => chain('cascade', stt, ruleModel(), flite());
const realtime = (turnDetection: 'own' | { type: 'server_vad' } = 'own') =>
  openaiRealtime({ model: 'local', baseURL: server.url, turnDetection });

/** A person says go forward, hears the answer, and asks what that was. */
async function conversation(name: string, model: FrameProcessor, { serviceTurns = false, between }: Plan = {}) {
  const microphone = new LiveMicrophone();
  const context = contextPair({ system: 'You are a helpful voice assistant.' });
  const path = join(folder, `${name}.wav`);
  const output = wavOutput(path);
  const vad = voiceActivity({ engine: combinedVad });
  const bot = serviceTurns
    ? pipeline(microphone.input, context.user, model, output, context.assistant)
    : pipeline(microphone.input, vad, context.user, model, output, context.assistant);
  const session = createSession(bot, { startMs: 60_000 });
  const switched: string[] = [];
  let silent: (() => void) | undefined;
  session.frames$.subscribe(({ frame, to, direction }) => {
    if (to !== 'session' || direction !== 'up') return;
    if (frame.kind === 'bot-stopped-speaking') silent?.();
    if (frame.kind === 'switched') switched.push(`${frame.from} → ${frame.to}`);
  });
  const answered = () =>
    Promise.race([
      new Promise<void>((resolve) => {
        silent = resolve;
      }),
      session.done,
    ]);
  await session.start();
  for (const said of [await recorded(goForward), question]) {
    const answer = answered();
    await microphone.says(said);
    await answer;
    if (said !== question) await between?.(session);
  }
  await session.end();
  const report = await session.done;
  const { samples, sampleRate } = await decodeWav(await readFile(path));
  const texts = (role: string) =>
    context
      .of(session)
      .version.entries.map(({ message }) => message)
      .filter((message) => message.role === role)
      .map((message) => messageText(message).toLowerCase());
  return {
    report,
    switched,
    user: texts('user'),
    bot: texts('assistant'),
    level: rmsLevel(samples),
    seconds: samples.length / sampleRate,
  };
}

describe('real speech', () => {
  it('gets the same conversation from a cascade, from an end-to-end model, and from both in turn', {
    timeout: 120_000,
  }, async () => {
    const there = switchable({ cascade: cascade(), realtime: realtime() }, { name: 'model' });
    const back = switchable({ realtime: realtime(), cascade: cascade() }, { name: 'model' });
    const when = 'between-turns';
    const talks = await Promise.all([
      conversation('cascade', cascade()),
      conversation('realtime', realtime({ type: 'server_vad' }), { serviceTurns: true }),
      conversation('there', there, { between: (session) => there.use(session, 'realtime', { when }) }),
      conversation('back', back, { between: (session) => back.use(session, 'cascade', { when }) }),
    ]);
    for (const { report, user, bot, level, seconds } of talks) {
      expect(report).toMatchObject({ reason: 'ended', totalTurns: 2, unansweredTurns: 0, errors: [] });
      expect(user).toEqual([
        expect.stringMatching(/^go forward (10|ten) met/u),
        expect.stringMatching(/^repeat what i just said/u),
      ]);
      expect(bot[0]).toMatch(/go forward (10|ten) met/u);
      expect(bot[1]).toMatch(/you said: go forward (10|ten) met/u);
      expect(level).toBeGreaterThan(-40);
      expect(seconds).toBeGreaterThan(7);
      expect(seconds).toBeLessThan(20);
    }
    expect(talks.map(({ switched }) => switched)).toEqual([[], [], ['cascade → realtime'], ['realtime → cascade']]);
  });
});
