import type { Observable, Subscription } from 'rxjs';
import type { Frame } from '../frames/frame.js';
import type { FramePorts, FrameProcessor } from '../processor/frame-processor.js';
import { Joint } from '../processor/joint.js';
import { kernelKey } from '../processor/kernel.js';
import { Port } from '../rx/port.js';
import type { SessionContext } from '../session/session-context.js';
import { nameAtExit } from './exit-tap.js';

/** Connects processors one behind the other, with a joint in either direction between each two. */
export function connectSeries(parts: readonly FrameProcessor[], input: FramePorts, session: SessionContext): FramePorts {
  const kernel = session[kernelKey];
  const down$ = new Port<Frame>();
  const up$ = new Port<Frame>();
  const failUp = (index: number) => (frame: Frame) => (upJoints[index - 1]?.push ?? ((beyond: Frame) => up$.emit(beyond)))(frame);

  const downJoints: Joint[] = [];
  const upJoints: Joint[] = [];
  for (let i = 0; i + 1 < parts.length; i++) {
    const [before, behind] = [parts[i], parts[i + 1]];
    if (before === undefined || behind === undefined) continue;
    downJoints.push(new Joint(kernel, nameAtExit(before, 'down'), behind.name, 'down', failUp(i + 1)));
    upJoints.push(new Joint(kernel, nameAtExit(behind, 'up'), before.name, 'up', failUp(i)));
  }

  const outputs = parts.map((part, i) =>
    part.connect({ down$: downJoints[i - 1]?.port ?? input.down$, up$: upJoints[i]?.port ?? input.up$ }, session),
  );
  const first = outputs[0];
  const last = outputs.at(-1);
  if (first === undefined || last === undefined) return input;

  // From the end to the beginning, so that whoever emits on subscription finds its neighbour listening.
  for (let i = outputs.length - 1; i >= 0; i--) {
    const [output, part, down, up] = [outputs[i], parts[i], downJoints[i], upJoints[i - 1]];
    if (output === undefined || part === undefined) continue;
    // A port cannot fail, so the last one may go straight through.
    if (down !== undefined || !(output.down$ instanceof Port))
      keepSubscribed(session, part.name, output.down$, down?.push ?? ((frame) => down$.emit(frame)), failUp(i));
    keepSubscribed(session, part.name, output.up$, up?.push ?? ((frame) => up$.emit(frame)), failUp(i));
  }
  return { down$: last.down$ instanceof Port ? last.down$ : down$, up$ };
}

/**
 * Subscribes to what a stage puts out. A stream that fails costs one error frame and is subscribed afresh; one that fails
 * while it is being subscribed would fail for ever, and is given up; one that completes leaves its stage dumb, which is told.
 * The end of the session unsubscribes.
 */
export function keepSubscribed(
  session: SessionContext,
  name: string,
  output$: Observable<Frame>,
  push: (frame: Frame) => void,
  failUp: (frame: Frame) => void,
): void {
  if (output$ instanceof Port) {
    output$.subscribe(push);
    return;
  }
  const kernel = session[kernelKey];
  let subscription: Subscription | undefined;
  const subscribe = (): void => {
    let subscribing = true;
    subscription = output$.subscribe({
      next: push,
      error: (error: unknown) => {
        // Listens again before it tells: whoever hears of it may send the next frame at once.
        if (!subscribing && !kernel.closed) subscribe();
        kernel.fail(name, error, failUp);
      },
      complete: () => {
        if (!kernel.closed) kernel.fail(name, completed(name), failUp);
      },
    });
    subscribing = false;
  };
  subscribe();
  session.onClose(() => subscription?.unsubscribe());
}

/** No trouble of the stream's own, but whoever put a `take(1)` into a pipeline should hear why it has fallen silent. */
export function completed(name: string): Error {
  return new Error(`"${name}" has completed and hands nothing on any more.`);
}
