import type { Frame, FrameKind } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { FrameHandler, HandlerTable } from '../processor/handler.js';
import { kernelKey } from '../processor/kernel.js';
import { Fifo } from '../rx/fifo.js';
import type { Notifier } from './notifier.js';

/** Options of {@link gate}. */
export interface GateOptions {
  /** The kinds that wait while the gate is closed; all others pass. */
  readonly holds: readonly FrameKind[];
  /** Opens the gate when a frame for which it is true passes in either direction. */
  readonly opensOn?: (frame: Frame) => boolean;
  /** Closes it likewise. */
  readonly closesOn?: (frame: Frame) => boolean;
  /** Which frames the two conditions look at. */
  readonly watches?: readonly FrameKind[];
  /** Opens the gate when it notifies: what opens it may happen in another branch, or in the application. */
  readonly opens?: Notifier;
  /** Closes it likewise. */
  readonly closes?: Notifier;
  /** @defaultValue true */
  readonly startsOpen?: boolean;
  /** How many frames may wait; beyond it the oldest goes, and is reported as `overload`. @defaultValue 10_000 */
  readonly maxHeld?: number;
}

/**
 * Holds frames back while it is closed, and lets them go in order when it opens. What it holds dies with its turn. A graceful
 * end does not wait for a gate, or one that never opens would make each end time out: what it still holds when everything
 * else is done is dropped, counted as `closed`, and told once in the log. A kind that it both watches and holds is looked at
 * first, so the frame that opens the gate goes through, and the one that closes it stays.
 *
 * @example
 * ```ts
 * const untilUserStops = gate('until-user-stops', {
 *   holds: ['llm-text'],
 *   watches: ['user-started-speaking', 'user-stopped-speaking'],
 *   closesOn: (frame) => frame.kind === 'user-started-speaking',
 *   opensOn: (frame) => frame.kind === 'user-stopped-speaking',
 * });
 * ```
 */
export function gate(name: string, options: GateOptions): FrameProcessor<{ readonly emits: readonly [] }> {
  const { holds, watches = [], opensOn, closesOn, opens, closes, startsOpen = true, maxHeld = 10_000 } = options;
  return defineProcessor(
    name,
    (stage) => {
      let open = startsOpen;
      let reported = false;
      const held = new Fifo<Frame>();
      const { session } = stage;
      const { dropped } = session[kernelKey];
      session.onInterrupt(() => {
        dropped.stale += held.filter((frame) => frame.turn === session.turn || !session.kinds.diesWithTurn(frame.kind));
      });
      /** What it lets go may make somebody close it again. */
      const letGo = (): void => {
        while (open) {
          const next = held.shift();
          if (next === undefined) return;
          stage.pushDown(next);
        }
      };
      const openNow = (): void => {
        open = true;
        reported = false;
        letGo();
      };
      // Whoever notifies may stand outside of any joint.
      opens?.listen(session, () => session.guard(name, openNow));
      closes?.listen(session, () => {
        open = false;
      });

      const hold: FrameHandler = (frame) => {
        // While the gate lets go what it held, what comes in meanwhile must stay behind it.
        if (open && held.length === 0) return frame;
        if (held.length >= maxHeld) {
          held.shift();
          dropped.overload++;
          if (!reported) {
            reported = true;
            const message = `"${name}" holds ${maxHeld} frames and lets the oldest go; open it sooner or raise maxHeld.`;
            stage.pushUp(stage.frame('error', { category: 'overload', message, processor: name, usable: true }));
          }
        }
        held.push(frame);
        return undefined;
      };
      const watch: FrameHandler = (frame) => {
        if (closesOn?.(frame) === true) open = false;
        if (opensOn?.(frame) === true) openNow();
        return frame;
      };

      const down: Record<string, FrameHandler> = {};
      const up: Record<string, FrameHandler> = {};
      for (const kind of watches) {
        down[kind] = watch;
        up[kind] = watch;
      }
      for (const kind of holds)
        down[kind] = watches.includes(kind)
          ? (frame, context) => {
              watch(frame, context);
              return hold(frame, context);
            }
          : hold;
      down.end = (frame, context) => {
        if (watches.includes('end')) watch(frame, context);
        const count = held.length;
        held.clear();
        if (count > 0) {
          dropped.closed += count;
          session.log.warn(`"${name}" was still closed at the end and has dropped what it held.`, { session: session.id, count });
        }
        return frame;
      };
      return { down: down satisfies HandlerTable, up: up satisfies HandlerTable };
    },
    { fit: { emits: [] } as const },
  );
}
