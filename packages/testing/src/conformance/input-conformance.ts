import { createSession, defineProcessor, type FrameOf, type FrameProcessor, pipeline, type Session } from '@voxrill/core';
import { type CaseScope, type ConformanceCase, type ConformanceOptions, conformanceCase, must } from './conformance-case.js';

/** An input and how to make it hear something. */
export interface InputUnderTest {
  readonly input: FrameProcessor;
  /** Lets the user speak, if the source does not deliver by itself. */
  readonly feed?: (session: Session) => void;
}

/** Options of {@link inputConformance}. */
export interface InputConformanceOptions extends ConformanceOptions {
  /** How long it takes until some audio must have come. @defaultValue 500 */
  readonly firstMs?: number;
}

/**
 * What every input transport must do, as cases for any test runner. Each case makes an input of its own, and puts it at the
 * head of a pipeline.
 *
 * @example
 * ```ts
 * import { VirtualClock } from '@voxrill/core';
 *
 * const cases = inputConformance(() => ({ input: memoryTransport({ silence: true }).input }), { clock: () => new VirtualClock() });
 * ```
 */
export function inputConformance(
  make: () => InputUnderTest | Promise<InputUnderTest>,
  options: InputConformanceOptions = {},
): ConformanceCase[] {
  const { firstMs = 500 } = options;
  interface Opened {
    readonly session: Session;
    readonly audio: readonly FrameOf<'input-audio'>[];
    run(): Promise<void>;
  }
  const open = ({ input, feed }: InputUnderTest, { clock }: CaseScope): Opened => {
    const audio: FrameOf<'input-audio'>[] = [];
    const ear = defineProcessor('conformance.ear', {
      down: {
        'input-audio': (frame) => {
          audio.push(frame);
        },
      },
    });
    const session = createSession(pipeline(input, ear), { clock });
    return {
      session,
      audio,
      async run() {
        await session.start();
        feed?.(session);
        await clock.sleep(firstMs);
      },
    };
  };
  const one = (title: string, body: (opened: Opened, scope: CaseScope) => Promise<void>): ConformanceCase =>
    conformanceCase(title, options, async (scope) => {
      const opened = open(await make(), scope);
      try {
        await body(opened, scope);
      } finally {
        if (opened.session.state !== 'closed') opened.session.cancel();
        await opened.session.done;
      }
    });

  return [
    one('delivers nothing before the session runs', async ({ audio }, { clock }) => {
      await clock.sleep(firstMs);
      must(audio.length === 0, 'There was audio before start().');
    }),
    one('delivers audio that is not empty, in one format', async ({ run, audio }) => {
      await run();
      must(audio.length > 0, `There was no audio within ${firstMs} ms.`);
      const [first] = audio;
      for (const { samples, sampleRate, channels } of audio) {
        must(samples.length > 0 && samples.length % channels === 0, 'A chunk was empty, or not of whole frames.');
        must(sampleRate === first?.sampleRate && channels === first.channels, 'The format changed.');
      }
    }),
    one('each chunk owns its bytes', async ({ run, audio }) => {
      await run();
      const buffers = new Set(audio.map(({ samples }) => samples.buffer));
      must(buffers.size === audio.length, 'Two chunks share a buffer.');
      must(
        audio.every(({ samples }) => samples.buffer.byteLength === samples.byteLength),
        'A chunk is a view on a larger buffer.',
      );
    }),
    one('the times of the chunks do not go back', async ({ run, audio }) => {
      await run();
      audio.forEach(({ at }, i) => {
        must(at >= (audio[i - 1]?.at ?? 0), 'A chunk is older than the one before.');
      });
    }),
    one('a cancelled session hears nothing more', async ({ run, session, audio }, { clock }) => {
      await run();
      session.cancel();
      await session.done;
      const heard = audio.length;
      await clock.sleep(firstMs);
      must(audio.length === heard, 'There was audio after the end.');
    }),
    one('a session ends gracefully while the source goes on', async ({ run, session }, scope) => {
      await run();
      const report = await session.end({ drainMs: 5000 });
      must(report.reason === 'ended', `The session should have ended, and is ${report.reason}.`);
      await scope.clock.sleep(1);
    }),
    conformanceCase('one input serves two sessions, each with audio of its own', options, async (scope) => {
      const made = await make();
      const [one, two] = [open(made, scope), open(made, scope)];
      await Promise.all([one.run(), two.run()]);
      const shared = one.audio.some((frame) => two.audio.some(({ samples }) => samples.buffer === frame.samples.buffer));
      for (const { session } of [one, two]) session.cancel();
      await Promise.all([one.session.done, two.session.done]);
      must(one.audio.length > 0 && two.audio.length > 0, 'One of the sessions got no audio.');
      must(!shared, 'Both sessions got the same bytes.');
    }),
  ];
}
