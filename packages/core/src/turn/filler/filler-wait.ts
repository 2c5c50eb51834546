import type { StageScope } from '../../processor/handler.js';

/** Who makes a sound, or has the floor. */
interface Sounds {
  readonly voice: boolean;
  readonly userTurn: boolean;
  readonly botSpeaks: boolean;
}

/** Something is awaited of the bot. */
interface Wait {
  readonly limitMs: number;
  /** For tools: the end of the response that called them does not end it. */
  readonly forTools: boolean;
  filled: boolean;
}

/** The wait for a reply in one session. Its time runs only while nobody speaks. */
export class FillerWait {
  readonly #stage: StageScope;
  readonly #fill: () => void;
  #sounds: Sounds = { voice: false, userTurn: false, botSpeaks: false };
  #wait: Wait | undefined;
  /** The reply to a turn that is still open has begun. */
  #early = false;
  #cancel: (() => void) | undefined;

  constructor(stage: StageScope, fill: () => void) {
    this.#stage = stage;
    this.#fill = fill;
    stage.session.onClose(() => this.#disarm());
  }

  now(change: Partial<Sounds>): void {
    this.#sounds = { ...this.#sounds, ...change };
    this.#settle();
  }

  begin(limitMs: number, forTools = false): void {
    this.#disarm();
    this.#wait = this.#early ? undefined : { limitMs, forTools, filled: false };
    this.#early = false;
    this.#settle();
  }

  /** The model has been asked, perhaps for the second time: the same wait, if there is one. */
  goOn(limitMs: number): void {
    if (this.#wait === undefined && !this.#sounds.userTurn) this.begin(limitMs);
  }

  replied(): void {
    this.#early = this.#sounds.userTurn;
    this.#end();
  }

  responseEnded(): void {
    if (this.#wait?.forTools !== true) this.#end();
  }

  interrupted(): void {
    this.#early = false;
    this.#end();
  }

  #end(): void {
    this.#wait = undefined;
    this.#disarm();
  }

  #settle(): void {
    const { voice, userTurn, botSpeaks } = this.#sounds;
    const wait = this.#wait;
    if (wait === undefined || wait.filled || voice || userTurn || botSpeaks) this.#disarm();
    else this.#cancel ??= this.#stage.session.clock.setTimer(() => this.#ranOut(wait), wait.limitMs);
  }

  #ranOut(wait: Wait): void {
    this.#cancel = undefined;
    wait.filled = true;
    this.#stage.session.guard(this.#stage.name, this.#fill);
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
