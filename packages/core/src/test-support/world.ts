import { map, Observable } from 'rxjs';
import type { VirtualClock } from '../clock/virtual-clock.js';
import type { Frame } from '../frames/frame.js';
import { gate } from '../pipeline/gate.js';
import { parallel } from '../pipeline/parallel.js';
import { chain } from '../pipeline/pipeline.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import { fromOperator } from '../processor/from-operator.js';
import type { FrameHandler, HandlerContext, HandlerResult, HandlerTable, StageScope } from '../processor/handler.js';
import type { Session } from '../session/session.js';
import type { SessionContext } from '../session/session-context.js';
import { asyncResult } from './async-result.js';
import { type Edge, emptyEdge, type Placed, type Seen, type Thrown } from './edge.js';
import { makeFrame } from './make-frame.js';
import {
  controlKind,
  type Deed,
  type Direction,
  type HandlerSpec,
  replyKind,
  type ScriptKind,
  type StageSpec,
} from './stage-spec.js';

/** Work that goes on beside the call of its handler. */
interface Going {
  readonly turn: number;
  readonly dies: boolean;
  readonly signal: AbortSignal;
  over: boolean;
}

/** Builds processors of specs, and keeps the books on what happens in them. */
export class World {
  readonly clock: VirtualClock;
  readonly placed: Placed[] = [];
  readonly thrown: Thrown[] = [];
  /** Sentences on rules that were seen broken. */
  readonly broken: string[] = [];
  readonly #going: Going[] = [];
  readonly #handling = new Map<string, number>();
  #session: Session | undefined;
  #names = 0;
  #boom = 0;
  /** How many frames handlers may still push of their own, so that no plan plays ping-pong for ever. */
  #pushes = 40;
  mouth: StageScope | undefined;
  /** Everything that passed the edge between the session and the first stage. */
  readonly head: Edge = { down: [], up: [] };
  /** Everything that passed the edge behind the last stage of the plan. */
  readonly tail: Edge = { down: [], up: [] };

  constructor(clock: VirtualClock) {
    this.clock = clock;
  }

  get session(): Session {
    if (this.#session === undefined) throw new Error('No session yet.');
    return this.#session;
  }

  set session(session: Session) {
    this.#session = session;
  }

  /** The stages in a row, with a probe on each edge and the mouth at the end, through which a script pushes up. */
  pipeline(specs: readonly StageSpec[]): FrameProcessor {
    const mouth = defineProcessor('mouth', (stage) => {
      this.mouth = stage;
      return {};
    });
    return chain('root', ...this.#row(specs, this.head, this.tail), mouth);
  }

  #row(specs: readonly StageSpec[], head: Edge = emptyEdge(), tail: Edge = emptyEdge()): FrameProcessor[] {
    let above = head;
    const row = [this.#probe(above)];
    for (const [i, spec] of specs.entries()) {
      const below = i === specs.length - 1 ? tail : emptyEdge();
      const stage = this.#build(spec);
      this.placed.push({ name: stage.name, spec, above, below });
      row.push(stage, this.#probe(below));
      above = below;
    }
    return row;
  }

  #probe(edge: Edge): FrameProcessor {
    const note = (seen: Seen[], session: SessionContext) => (frame: Frame) => {
      if (frame.turn !== session.turn && session.kinds.diesWithTurn(frame.kind)) {
        this.broken.push(`K3: a ${frame.kind} of turn ${frame.turn} was handed on in turn ${session.turn}`);
      }
      seen.push({ frame, epoch: session.turn });
    };
    return {
      name: 'probe',
      connect(input, session) {
        input.down$.subscribe(note(edge.down, session));
        input.up$.subscribe(note(edge.up, session));
        return input;
      },
    };
  }

  #build(spec: StageSpec): FrameProcessor {
    const name = `${spec.type}-${++this.#names}`;
    switch (spec.type) {
      case 'pass':
        return defineProcessor(name, {});
      case 'handlers':
        return defineProcessor(name, () => ({
          down: this.#table(name, spec.handlers, 'down'),
          up: this.#table(name, spec.handlers, 'up'),
        }));
      case 'operator': {
        let seen = 0;
        const operator = (source$: Observable<Frame>): Observable<Frame> =>
          new Observable<Frame>((subscriber) =>
            source$
              .pipe(
                map((frame) => {
                  const hit = ++seen % spec.every === 0;
                  if (hit && spec.does === 'throw') throw this.boom(name, undefined);
                  return hit && spec.does === 'filter' ? undefined : { ...frame };
                }),
              )
              .subscribe({
                next: (frame) => frame !== undefined && subscriber.next(frame),
                error: (error: unknown) => subscriber.error(error),
              }),
          );
        return fromOperator(name, operator, { direction: spec.direction });
      }
      case 'raw':
        return { name, connect: ({ down$, up$ }) => ({ down$: down$.pipe(map((frame) => frame)), up$ }) };
      case 'gate':
        return gate(name, {
          holds: [replyKind],
          watches: [controlKind],
          closesOn: ({ id }) => id % 3 === 0,
          opensOn: ({ id }) => id % 3 !== 0,
        });
      case 'chain':
        return chain(name, ...this.#row(spec.stages));
      case 'parallel':
        return { ...parallel(...spec.branches.map((branch, i) => chain(`${name}.${i}`, ...this.#row(branch)))), name };
    }
  }

  #table(name: string, specs: readonly HandlerSpec[], direction: Direction): HandlerTable {
    const mine = specs.filter((spec) => spec.direction === direction);
    return Object.fromEntries(mine.map((spec) => [spec.kind, this.#handler(name, spec)]));
  }

  #handler(name: string, { deeds, direction, kind }: HandlerSpec): FrameHandler {
    let calls = 0;
    const isData = kind === replyKind || kind === 'transcription';
    return (frame, context) => {
      const deed = deeds[calls++ % deeds.length];
      if (deed === undefined) return frame;
      const leave = isData ? this.#enter(name) : () => undefined;
      let result: HandlerResult;
      try {
        this.#aside(name, deed, direction, frame, context);
        result = this.#result(name, deed, frame, context, leave);
      } catch (error) {
        leave();
        throw error;
      }
      return result;
    };
  }

  /** A data frame is taken up by a stage; two at once is one too many. */
  #enter(name: string): () => void {
    const now = (this.#handling.get(name) ?? 0) + 1;
    this.#handling.set(name, now);
    if (now > 1) this.broken.push(`K1: ${name} sees ${now} data frames at once`);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#handling.set(name, (this.#handling.get(name) ?? 1) - 1);
    };
  }

  #aside(name: string, { aside }: Deed, direction: Direction, frame: Frame, context: HandlerContext): void {
    switch (aside) {
      case 'throw':
        throw this.boom(name, undefined);
      case 'interrupt':
        this.interrupt();
        return;
      case 'cancel':
        this.session.cancel('a handler');
        return;
      case 'end':
        context.session.end({ reason: 'a handler' });
        return;
      case 'push-back':
      case 'push-on': {
        if (this.#pushes-- <= 0) return;
        const fresh = this.make(frame.kind === controlKind ? replyKind : controlKind);
        if ((aside === 'push-back') === (direction === 'down')) context.pushUp(fresh);
        else context.pushDown(fresh);
        return;
      }
      default:
    }
  }

  #result(name: string, deed: Deed, frame: Frame, context: HandlerContext, leave: () => void): HandlerResult {
    const copy = { ...frame };
    switch (deed.result) {
      case 'nothing':
        leave();
        return undefined;
      case 'same':
        leave();
        return frame;
      case 'copy':
        leave();
        return copy;
      case 'pair':
        leave();
        return [copy, { ...frame }];
      case 'generator':
        leave();
        return (function* () {
          yield copy;
          yield { ...frame };
        })();
      case 'at-once':
        context.signal.addEventListener('abort', leave, { once: true });
        return new Observable((subscriber) => {
          subscriber.next(copy);
          leave();
          subscriber.complete();
        });
      default:
        return this.#asyncResult(name, deed, frame, context, leave);
    }
  }

  #asyncResult(name: string, deed: Deed, frame: Frame, context: HandlerContext, leave: () => void): HandlerResult {
    const { signal } = context;
    const dies = frame.kind === replyKind;
    const going: Going = { turn: context.turn, dies, signal, over: false };
    this.#going.push(going);
    const over = (): void => {
      going.over = true;
      leave();
    };
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    return asyncResult(deed, frame, { clock: this.clock, signal, over, boom: () => this.boom(name, signal) });
  }

  /** An error that nobody has seen before, entered into the books. */
  boom(processor: string, signal: AbortSignal | undefined): Error {
    const message = `boom ${++this.#boom}`;
    this.thrown.push({ message, processor, signal });
    return new Error(message);
  }

  /** Interrupts, and looks whether all that it should have stopped has. */
  interrupt(): void {
    if (this.session.state === 'closed') return;
    this.session.interrupt('the plan');
    const { turn } = this.session;
    const alive = this.#going.filter((going) => going.dies && going.turn < turn && !going.signal.aborted && !going.over);
    if (alive.length > 0) this.broken.push(`K3: after interrupt() work of turn ${alive[0]?.turn} goes on in turn ${turn}`);
  }

  make(kind: ScriptKind): Frame {
    return makeFrame(this.session, kind);
  }
}
