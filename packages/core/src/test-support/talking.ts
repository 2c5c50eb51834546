import type { Frame, FrameKind, FrameOf } from '../frames/frame.js';
import type { TurnOptions } from '../turn/turn-options.js';
import { type CallScript, call } from './call.js';

interface Line {
  readonly words: readonly string[];
  readonly chunks: number;
  readonly finalMs: number;
}

/** How somebody says something. */
interface Manner {
  /** @defaultValue 200 for each word */
  readonly ms?: number;
  /** How long the detector waits until it says that the voice has ended. @defaultValue 100 */
  readonly stopMs?: number;
  /** When the final transcript comes, from the detector's mark. @defaultValue 0 */
  readonly finalMs?: number;
}

/** A test call in which the user speaks words: each comes as an interim result when it has been said. */
export async function talking(turn: TurnOptions, script: CallScript = {}) {
  const lines: Line[] = [];
  const warnings: string[] = [];
  const nothing = (): void => undefined;
  const on = await call({
    ...script,
    context: { ...script.context, turn },
    session: {
      logger: { debug: nothing, info: nothing, error: nothing, warn: (message) => warnings.push(message) },
      ...script.session,
    },
    transcribe: async function* (audio, { clock }, count) {
      const { words, chunks, finalMs } = lines[count - 1] ?? { words: [], chunks: 1, finalMs: 0 };
      let heard = 0;
      let said = 0;
      for await (const _ of audio.chunks) {
        heard++;
        const whole = Math.min(words.length, Math.floor((heard * words.length) / chunks));
        if (whole === said) continue;
        said = whole;
        yield { text: words.slice(0, whole).join(' '), final: false };
      }
      if (finalMs > 0) await clock.sleep(finalMs);
      yield { text: words.join(' '), final: true };
    },
  });
  const { session, clock } = on;
  const vad = (kind: 'vad-user-started-speaking' | 'vad-user-stopped-speaking', speechAtMs: number): void =>
    session.send(session.frame(kind, { speechAtMs }));
  return {
    ...on,
    warnings,
    vad,
    /** Returns when the detector has marked the end. An empty text is a cough. */
    async say(text: string, { stopMs = 100, finalMs = 0, ...manner }: Manner = {}): Promise<void> {
      const words = text.split(' ').filter((word) => word !== '');
      const { ms = Math.max(1, words.length) * 200 } = manner;
      lines.push({ words, chunks: Math.max(1, Math.floor(ms / 20)), finalMs });
      vad('vad-user-started-speaking', session.frame('start', {}).at);
      for (let t = 0; t < ms; t += 20) {
        await clock.advance(20);
        on.audio(1);
      }
      await clock.advance(0);
      const endMs = clock.now();
      await clock.advance(stopMs);
      vad('vad-user-stopped-speaking', endMs);
      await clock.advance(0);
    },
    /** The bot begins to speak, and has so many milliseconds to say. */
    async botSpeaks(ms = 3_000): Promise<void> {
      session.say('x'.repeat(ms / 100));
      await clock.advance(0);
    },
    wait: (ms: number): Promise<void> => clock.advance(ms),
    at: <K extends FrameKind>(kind: K): number[] => on.of(kind).map(({ at }) => at),
    turns: (): string[] => on.of('user-stopped-speaking').map(({ text }) => text),
    ignored: (): (readonly [string, string])[] => on.of('user-speech-ignored').map(({ text, reason }) => [text, reason] as const),
    /** The bot was cut off. */
    cut: (): boolean => on.of('bot-stopped-speaking').some(({ interrupted }: FrameOf<'bot-stopped-speaking'>) => interrupted),
    kinds: (...wanted: readonly FrameKind[]): string[] =>
      on.frames.filter(({ kind }: Frame) => wanted.includes(kind)).map(({ kind }) => kind),
  };
}
