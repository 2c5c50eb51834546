import type { FrameOf } from '../frames/frame.js';
import type { SessionContext } from '../session/session-context.js';
import { type AttachedStrategies, attachStrategies } from './attach-strategies.js';
import { BotFloor } from './bot-floor.js';
import { Candidate } from './candidate.js';
import { carryOut } from './carry-out.js';
import { Episode } from './episode.js';
import { Latencies } from './latencies.js';
import { ShortSilenceWarning } from './short-silence.js';
import type { TurnHost } from './turn-host.js';
import { TurnMachine } from './turn-machine.js';
import { type ResolvedTurnOptions, resolveTurnOptions, type TurnOptions } from './turn-options.js';
import type { StopStrategy, TurnSignal } from './turn-strategy.js';
import { Watchdog } from './watchdog.js';

/**
 * The owner of the turn in one session: lets the strategies decide, and steps its machine accordingly. A turn
 * begins when a start strategy wants it and nothing forbids it; while the bot is heard the interruption strategy may.
 */
export class TurnController {
  readonly #session: SessionContext;
  readonly #host: TurnHost;
  #options: ResolvedTurnOptions;
  #strategies: AttachedStrategies;
  readonly #machine: TurnMachine;
  readonly #floor: BotFloor;
  readonly #shortSilence: ShortSilenceWarning;
  /** What is being said, and the pause within it. */
  readonly #saying: Episode;
  readonly #pause: Episode;
  readonly #candidate: Candidate;
  #hadVoice = false;
  /** Somebody has asked for the end of this turn. */
  #forced = false;
  readonly #latencies = new Latencies();
  /** A service or a button says at this moment that a turn begins. */
  #proposed = false;
  readonly #watchdog: Watchdog;
  #modelHears = false;

  constructor(session: SessionContext, options: TurnOptions, host: TurnHost) {
    this.#session = session;
    this.#host = host;
    this.#options = resolveTurnOptions(options);
    this.#machine = new TurnMachine(session, {
      carryOut: (effect) => carryOut(effect, host, this.#floor),
      over: () => this.#over(),
      stopped: (atMs) => this.#tellAll({ type: 'turn-stopped', atMs }),
      patienceMs: () => this.#latencies.patienceMs(this.#machine.said, session.now(), this.#options.transcriptMs),
    });
    this.#floor = new BotFloor(host);
    this.#shortSilence = new ShortSilenceWarning(session);
    this.#saying = new Episode(session);
    this.#pause = new Episode(session);
    this.#watchdog = new Watchdog(this.#pause, this.#machine, () => this.#finish());
    this.#strategies = this.#attach(this.#options);
    const controller = this;
    this.#candidate = new Candidate({
      session,
      machine: this.#machine,
      floor: this.#floor,
      saying: this.#saying,
      get options() {
        return controller.#options;
      },
      get modelHears() {
        return controller.modelHears;
      },
      judge: (signal) => this.#strategies.judge(signal),
      begin: () => this.#begin(),
    });
    session.onClose(() => {
      this.#saying.end('The session is over.');
      this.#pause.end('The session is over.');
    });
  }

  /** The model hears the user itself, so a turn need not wait for transcripts. */
  get modelHears(): boolean {
    return this.#modelHears;
  }

  set modelHears(hears: boolean) {
    this.#modelHears = hears;
    if (hears && this.#machine.state.phase === 'closing') this.#finish();
  }

  /** Whether the user has begun a turn and not finished it. */
  get open(): boolean {
    return this.#machine.open;
  }

  get options(): ResolvedTurnOptions {
    return this.#options;
  }

  /** Takes turns otherwise from now on. */
  use(options: TurnOptions): void {
    const resolved = resolveTurnOptions({ ...this.#options, ...options });
    // Whoever cannot be put to work changes nothing.
    const strategies = this.#attach(resolved);
    this.#options = resolved;
    this.#saying.end('The strategies were changed.');
    this.#pause.end('The strategies were changed.');
    this.#strategies = strategies;
    this.#floor.resume();
    const { phase, voice, speechAtMs } = this.#machine.state;
    if (phase === 'idle') return;
    if (this.open) this.#saying.after(this.#options.maxTurnMs, () => this.#finish());
    // The new ones have heard nothing of what is going on.
    if (voice) this.#tell({ type: 'voice-started', atMs: speechAtMs });
    else this.#silent(speechAtMs);
  }

  vadStarted({ speechAtMs }: FrameOf<'vad-user-started-speaking'>): void {
    this.#pause.end('The user goes on.');
    this.#forced = false;
    this.#machine.dispatch({ type: 'voice-started', speechAtMs });
    this.#hadVoice = true;
    this.#tell({ type: 'voice-started', atMs: speechAtMs });
  }

  vadStopped({ speechAtMs }: FrameOf<'vad-user-stopped-speaking'>): void {
    this.#latencies.speechEnded(speechAtMs, this.#session.now());
    this.#machine.dispatch({ type: 'voice-stopped', speechAtMs });
    this.#silent(speechAtMs);
  }

  understood({ kind, utterance, text, turn, startMs, endMs, item }: FrameOf<'transcription' | 'interim-transcription'>): void {
    const type = kind === 'transcription' ? 'final' : 'interim';
    this.#machine.dispatch({ type, utterance, text, turn, startMs, endMs, item });
    this.#watchdog.watch(this.#options.watchdogMs);
    this.#tell({ type, utterance, text, atMs: endMs });
  }

  /** Typed text joins what is being said, or is a turn of its own. */
  typed({ id, text, turn, at }: FrameOf<'input-text'>): void {
    const utterance = `typed ${id}`;
    this.#machine.dispatch({ type: 'typed', utterance, text, turn, startMs: at, endMs: at });
    if (!this.open) this.#candidate.type();
    this.#tell({ type: 'typed', utterance, text, atMs: at });
    this.#candidate.tryToBegin();
  }

  proposed(type: 'proposed-start' | 'proposed-stop', atMs: number): void {
    // Nothing was heard between the two: there is no turn to be begun when the bot has finished.
    if (type === 'proposed-stop' && this.#machine.state.phase === 'idle') this.#candidate.unwant();
    this.#proposed = type === 'proposed-start';
    this.#tell({ type, atMs });
    this.#proposed = false;
  }

  verdict({ complete, probability }: FrameOf<'turn-verdict'>): void {
    this.#tell({ type: 'verdict', complete, ...(probability === undefined ? {} : { probability }) });
  }

  /** The turn is over now. Returns false if nothing is being said that could be one. */
  force(): boolean {
    if (this.#machine.state.phase === 'idle') return false;
    const again = this.#forced;
    this.#forced = true;
    if (!this.open) this.#begin();
    const { phase } = this.#machine.state;
    // Who asks a second time does not want to wait for a transcript either.
    if (phase === 'speaking' || phase === 'pausing' || (phase === 'closing' && again)) this.#finish();
    return true;
  }

  botStarted(): void {
    this.#floor.started();
    this.#strategies.tellStarts({ type: 'bot-started', atMs: this.#session.now() });
    const { phase, voice, speechAtMs } = this.#machine.state;
    if (phase === 'listening' && voice) this.#strategies.judge({ type: 'voice-started', atMs: speechAtMs });
  }

  botStopped({ interrupted }: FrameOf<'bot-stopped-speaking'>): void {
    this.#floor.stopped(interrupted);
    this.#strategies.tellStarts({ type: 'bot-stopped', atMs: this.#session.now() });
    if (interrupted) this.#candidate.beginSoon();
    else this.#candidate.tryToBegin();
  }

  /** Somebody has silenced the bot: what was kept until then may be a turn now. */
  silenced(): void {
    this.#candidate.tryToBegin();
  }

  protect(on: boolean): void {
    this.#floor.protect(on);
    if (on) return;
    if (this.#floor.audible) this.#candidate.tryToBegin();
    else this.#candidate.beginSoon();
  }

  sttAnnounced(finalMs: number): void {
    this.#latencies.sttFinalMs = finalMs;
  }

  #attach(options: ResolvedTurnOptions): AttachedStrategies {
    const controller = this;
    return attachStrategies(options, {
      session: this.#session,
      saying: this.#saying,
      pause: this.#pause,
      get said() {
        return controller.#machine.said;
      },
      get sttFinalMs() {
        return controller.#latencies.sttFinalMs;
      },
      get detectorMs() {
        return controller.#latencies.detectorMs;
      },
      start: () => {
        // With nothing being said, only who says that something will be can begin a turn.
        if (this.open || (this.#machine.state.phase === 'idle' && !this.#proposed)) return;
        this.#candidate.want();
      },
      stop: (strategy) => {
        // A turn that was stopped waits for its transcript, also if somebody else would stop it later.
        if (!this.open || this.#machine.state.phase === 'closing') return;
        this.#warnOfShortSilence(strategy);
        this.#finish();
      },
      interrupt: () => this.#candidate.allow(),
      pauseOutput: () => {
        if (this.#machine.state.phase === 'listening') this.#floor.pause();
      },
      resumeOutput: () => this.#floor.resume(),
    });
  }

  #tell(signal: TurnSignal): void {
    this.#strategies.tellStarts(signal);
    this.#candidate.hear(signal);
    if (this.open) {
      this.#strategies.tellStops(signal);
      this.#speculate();
    }
    this.#candidate.settle(false);
  }

  #tellAll(signal: TurnSignal): void {
    this.#strategies.tellStarts(signal);
    this.#strategies.tellStops(signal);
  }

  #begin(): void {
    this.#machine.dispatch({ type: 'begin', turn: this.#session.turn + 1, speechAtMs: this.#session.now() });
    this.#began();
  }

  #began(): void {
    if (!this.open) return;
    const { sinceMs, voice, speechAtMs, outstanding } = this.#machine.state;
    this.#saying.after(this.#options.maxTurnMs, () => this.#finish());
    this.#tellAll({ type: 'turn-started', atMs: sinceMs });
    if (voice || !this.open || this.#machine.state.phase !== 'pausing') return;
    // Words that came without a voice are whole.
    if (!this.#hadVoice && outstanding === 0) this.#finish();
    else this.#silent(speechAtMs);
  }

  #silent(atMs: number): void {
    if (this.#machine.state.phase === 'listening') {
      this.#pause.after(this.#options.transcriptMs, () => this.#candidate.settle(true));
    }
    this.#tell({ type: 'voice-stopped', atMs });
    // Mostly the turn is over already.
    this.#watchdog.watch(this.#options.watchdogMs);
  }

  #finish(): void {
    this.#machine.dispatch({ type: 'finish', ...(this.#modelHears ? { heard: true } : {}) });
  }

  #speculate(): void {
    const { phase, outstanding } = this.#machine.state;
    if (phase !== 'pausing' || outstanding > 0 || this.#options.speculate === 'never') return;
    // To throw an answer away is to interrupt.
    if (this.#floor.protected) return;
    const { text } = this.#machine.said;
    if (text !== '') this.#host.tentative(text);
  }

  #warnOfShortSilence(strategy: StopStrategy): void {
    if (!this.#hadVoice || strategy.informed === true || this.#options.stop.some(({ informed }) => informed)) return;
    this.#shortSilence.ended(this.#session.now() - this.#machine.state.speechAtMs);
  }

  #over(): void {
    this.#saying.end('The turn is over.');
    this.#pause.end('The turn is over.');
    this.#candidate.reset();
    this.#hadVoice = false;
    this.#forced = false;
  }
}
