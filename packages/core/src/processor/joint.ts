import type { Frame } from '../frames/frame.js';
import { Port } from '../rx/port.js';
import type { Kernel } from './kernel.js';

/**
 * One direction between two stages: the only place where a frame is checked for its turn, shown to the tap, and handed on
 * inside an error fence.
 */
export class Joint {
  readonly port: Port<Frame>;
  readonly #kernel: Kernel;
  readonly #from: string;
  readonly #to: string;
  readonly #direction: 'down' | 'up';
  /** Where the error frame of the stage behind this joint goes. Set once that stage's own joints exist. */
  #failUp: (frame: Frame) => void;

  constructor(kernel: Kernel, from: string, to: string, direction: 'down' | 'up', failUp: (frame: Frame) => void) {
    this.#kernel = kernel;
    this.#from = from;
    this.#to = to;
    this.#direction = direction;
    this.#failUp = failUp;
    this.port = new Port((error) => kernel.fail(to, error, failUp));
  }

  readonly push = (frame: Frame): void => {
    const kernel = this.#kernel;
    // Inside the fence stands the check as well: what an operator hands on may be no frame at all.
    try {
      if (kernel.closed) {
        kernel.dropped.closed++;
        return;
      }
      if (frame.turn !== kernel.epoch && kernel.kinds.diesWithTurn(frame.kind)) {
        kernel.dropped.stale++;
        return;
      }
      if (kernel.tap !== undefined) {
        kernel.tap({ frame, from: this.#from, to: this.#to, direction: this.#direction, at: kernel.now() });
      }
      this.port.emit(frame);
    } catch (error) {
      kernel.fail(isFrame(frame) ? this.#to : this.#from, error, this.#failUp);
    }
  };
}

/** Whether it can be blamed on the receiver that this was not understood. */
function isFrame(frame: unknown): boolean {
  return typeof frame === 'object' && frame !== null && 'kind' in frame;
}
