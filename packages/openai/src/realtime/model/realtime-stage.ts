import {
  changedSettings,
  type FrameOf,
  type ProcessorHandlers,
  ServiceError,
  type SpeechSettings,
  type StageScope,
  usualPrefixMs,
} from '@voxrill/core';
import type { RealtimeTraffic } from '../link/link-traffic.js';
import type { RealtimeConnection } from '../link/realtime-connection.js';
import type { RealtimeLink } from '../link/realtime-link.js';
import type { RealtimeClientEvent } from '../protocol/schema/client-event-schema.js';
import type { RealtimeResponse, RealtimeResponseParams } from '../protocol/schema/response-schema.js';
import { audioCodec } from './audio-codec.js';
import { BesideDesk } from './beside.js';
import { CutAnswer } from './cut-answer.js';
import { linkOf } from './link-of.js';
import { type OpenAIRealtimeOptions, sessionSettings } from './realtime-options.js';
import { Renewal } from './renewal.js';
import { ResponseDesk } from './response-desk.js';
import { answerParams, saidRequest, saidTraits } from './said-request.js';
import { ServerEars } from './server-ears.js';
import { type Known, SessionSide } from './session-side.js';
import { StrangeEvents } from './strange-events.js';
import { tellAnew } from './tell-anew.js';
import { UserAudio } from './user-audio.js';
import { UserSpeech } from './user-speech.js';

const pcm = { type: 'audio/pcm', rate: 24000 } as const;
const nothingKnown: Known = { messages: [], tools: [] };

/** The end-to-end model in one session: what goes to the service, and when. What comes from it is for {@link ServerEars}. */
export class RealtimeStage {
  readonly #stage: StageScope;
  readonly #options: OpenAIRealtimeOptions;
  readonly #settings: ReturnType<typeof sessionSettings>;
  readonly #link: RealtimeLink;
  readonly #audio: UserAudio;
  readonly #speech: UserSpeech;
  readonly #desk: ResponseDesk;
  readonly #cut: CutAnswer;
  readonly #beside: BesideDesk;
  readonly #ears: ServerEars;
  readonly #strange: StrangeEvents;
  /** The service finds the turns. */
  readonly #byService: boolean;
  #side: SessionSide | undefined;
  readonly #renewal: Renewal;
  #known = nothingKnown;
  /** How the bot is to sound, where that was changed in mid-call. */
  #style: SpeechSettings = {};
  #out = false;
  #botSpeaks = false;
  #started = false;

  constructor(stage: StageScope, options: OpenAIRealtimeOptions) {
    const { dialect = 'ga', answerMs = 20_000, keepAudioMs = 60_000 } = options;
    const { session } = stage;
    const settings = sessionSettings(options);
    this.#stage = stage;
    this.#options = options;
    this.#settings = settings;
    this.#byService = (settings.audio?.input?.turn_detection ?? null) !== null;
    const send = (event: RealtimeClientEvent): boolean => this.#side?.connection.send(event) ?? false;
    this.#audio = new UserAudio({
      codec: audioCodec(settings.audio?.input?.format ?? pcm),
      continuous: this.#byService,
      prefixMs: usualPrefixMs,
      keepMs: keepAudioMs,
      send,
      connected: () => this.#side !== undefined,
      silentMs: () => session.clock.now() - (this.#side?.connection.heardAtMs ?? session.clock.now()),
      lastMessage: () => this.#known.messages.at(-1),
      log: session.log,
    });
    this.#renewal = new Renewal({
      quiet: () => this.#quiet,
      renew: () => this.#link.renew(),
      adopt: (connection) => this.#adopt(connection),
    });
    const calm = (): void => this.#renewal.ifQuiet();
    this.#speech = new UserSpeech(stage, settings.audio?.input?.transcription !== null, calm);
    this.#desk = new ResponseDesk(stage, { nextMs: answerMs, dialect, send, asked: () => this.#ears.asked(), calm });
    this.#cut = new CutAnswer(stage, this.#desk);
    this.#beside = new BesideDesk({ name: stage.name, clock: session.clock, dialect, nextMs: answerMs, send, calm });
    this.#ears = new ServerEars({
      stage,
      settings,
      audio: this.#audio,
      speech: this.#speech,
      desk: this.#desk,
      beside: this.#beside,
      codec: audioCodec(settings.audio?.output?.format ?? pcm),
    });
    this.#strange = new StrangeEvents(session.log);
    this.#link = linkOf(options, this.#byService, session.clock, {
      connected: (connection) => this.#connected(connection),
      event: (connection, event) => {
        if (this.#side?.connection !== connection) return;
        session.guard(stage.name, () => this.#ears.hear(event, this.#side));
        this.#renewal.ifQuiet();
      },
      unknown: (parsed) => this.#strange.note(parsed),
      lost: (connection, error) => this.#lost(connection, error),
      expiring: () => this.#renewal.soon(),
      gone: (error) => this.#gone(error),
      threw: (error) => stage.fail(error),
    });
    session.onStart(() => this.#link.start(session.signal));
    session.onInterrupt(() => this.#desk.interrupted(this.#ears.serviceStops));
    session.onReplaced(() => {
      // What was begun is not finished here, and what may still be heard of it is told anew by who goes on.
      this.#discard();
      this.#side?.giveUp();
    });
    session.onEnd(() => this.#closeSpeech());
    session.onClose(() => {
      this.#link.close();
      this.#beside.lost(new ServiceError('connectivity', 'The session is over.'));
    });
  }

  get traffic(): RealtimeTraffic {
    return this.#link.traffic;
  }

  ask(params: RealtimeResponseParams): Promise<RealtimeResponse> {
    return this.#beside.ask(params);
  }

  get handlers(): ProcessorHandlers {
    return {
      down: {
        start: (frame: FrameOf<'start'>) => {
          this.#started = true;
          this.#announce();
          if (this.#side !== undefined) this.#desk.connected();
          return frame;
        },
        'input-audio': (frame: FrameOf<'input-audio'>) => {
          this.#side?.begin(this.#known);
          this.#audio.hear(frame);
          return frame;
        },
        'llm-context-changed': (frame: FrameOf<'llm-context-changed'>) => {
          this.#known = frame;
          this.#side?.take(frame);
        },
        'llm-context': (frame: FrameOf<'llm-context'>) => this.#asked(frame),
        'tts-speak': (frame: FrameOf<'tts-speak'>) => {
          this.#side?.begin(this.#known);
          this.#desk.want(saidRequest(frame), saidTraits(frame));
        },
        'service-settings': (frame: FrameOf<'service-settings'>) => {
          this.#style = changedSettings(this.#style, frame);
          if (this.#side?.restyle(this.#style) === true) this.#renewal.soon();
          return frame;
        },
        'vad-user-started-speaking': (frame: FrameOf<'vad-user-started-speaking'>) => {
          if (!this.#byService) this.#begin(frame.speechAtMs, frame.prefixMs);
          return frame;
        },
        'user-started-speaking': (frame: FrameOf<'user-started-speaking'>) => {
          if (!this.#byService) this.#expectSpeech(frame.speechAtMs);
          return frame;
        },
        'user-stopped-speaking': (frame: FrameOf<'user-stopped-speaking'>) => {
          // Of a turn that the service has found it knows the end itself, unless somebody else has ended it.
          if (this.#audio.speaking) this.#commit(frame.speechAtMs);
          return frame;
        },
        'user-speech-ignored': (frame: FrameOf<'user-speech-ignored'>) => {
          if (!this.#byService) this.#discard();
          return frame;
        },
        'user-mute-started': (frame: FrameOf<'user-mute-started'>) => {
          this.#closeSpeech();
          return frame;
        },
        interruption: (frame: FrameOf<'interruption'>) => {
          // The output has said by now what was heard.
          this.#side?.interrupted(this.#stage.session.turn);
          return frame;
        },
      },
      up: {
        'bot-spoke': (frame: FrameOf<'bot-spoke'>) => {
          this.#side?.heard(frame);
          this.#cut.heard(frame);
          return frame;
        },
        'bot-started-speaking': (frame: FrameOf<'bot-started-speaking'>) => {
          this.#botSpeaks = true;
          return frame;
        },
        'bot-stopped-speaking': (frame: FrameOf<'bot-stopped-speaking'>) => {
          this.#botSpeaks = false;
          this.#renewal.ifQuiet();
          return frame;
        },
      },
    };
  }

  #begin(startMs: number, prefixMs = usualPrefixMs): void {
    if (!this.#speech.open) this.#speech.started(startMs);
    this.#audio.begin(startMs, prefixMs);
  }

  /** A turn begins that no detector has announced: it may be typed. */
  #expectSpeech(startMs: number): void {
    if (this.#audio.speaking) return;
    this.#speech.started(startMs);
    this.#audio.announce(startMs);
  }

  /** The user has finished. Returns false if nothing was said. */
  #commit(speechAtMs: number): boolean {
    const said = this.#audio.commit();
    if (said) this.#speech.stopped(speechAtMs);
    else this.#speech.forget();
    return said;
  }

  /** What is being said is not for the model. */
  #discard(): void {
    if (!this.#audio.speaking) return;
    this.#audio.discard();
    this.#speech.forget();
  }

  #asked(frame: FrameOf<'llm-context'>): void {
    // A model that hears cannot be asked what it would say if no more came.
    if (this.#out || frame.speculative !== undefined) return;
    this.#known = frame;
    const byService = this.#ears.takeServiceAnswer();
    const asks = this.#side?.take(frame) ?? false;
    if (byService && !asks && this.#side !== undefined) return;
    // What is open here now was said elsewhere to its end: it counts as its text, or, without one, as it was heard.
    if (!this.#byService && asks) this.#discard();
    else if (!this.#byService && this.#audio.speaking) this.#commit(this.#stage.session.now());
    this.#desk.want(answerParams(frame.settings));
  }

  /** The user is not heard any more, and what was said so far is all there is. */
  #closeSpeech(): void {
    const speechAtMs = this.#stage.session.now();
    if (!this.#byService || !this.#audio.speaking || !this.#commit(speechAtMs)) return;
    this.#stage.broadcast(this.#stage.frame('vad-user-stopped-speaking', { speechAtMs }));
  }

  #announce(): void {
    const metadata = { processor: this.#stage.name, service: 'realtime', model: this.#options.model } as const;
    this.#stage.broadcast(this.#stage.frame('service-metadata', metadata));
  }

  #connected(connection: RealtimeConnection): void {
    if (this.#side?.connection.open === true) this.#renewal.offered(connection);
    else this.#adopt(connection);
  }

  /** Goes over to a connection that knows nothing: tells it what it is to be, what was said, and what was not understood. */
  #adopt(connection: RealtimeConnection): void {
    this.#side?.connection.close();
    this.#side = undefined;
    this.#renewal.adopted();
    // Whoever keeps the conversation answers this by telling it.
    if (this.#started) this.#announce();
    const side = new SessionSide(this.#stage, this.#options, connection);
    side.restyle(this.#style);
    this.#side = side;
    // At the beginning nobody knows yet what there is to tell.
    if (!this.#started) return;
    const detection = this.#settings.audio?.input?.turn_detection ?? undefined;
    tellAnew({ side, audio: this.#audio, speech: this.#speech, known: this.#known, detection });
    this.#desk.connected();
  }

  #lost(connection: RealtimeConnection | undefined, error: ServiceError): void {
    this.#renewal.lost(connection);
    if (connection === undefined || connection !== this.#side?.connection) return;
    const untold = this.#side.close();
    this.#side = undefined;
    this.#cut.lost(untold);
    this.#audio.lost();
    this.#beside.lost(error);
    this.#stage.session.log.warn(error.message);
    const { next, due } = this.#renewal;
    if (next !== undefined) this.#adopt(next);
    else if (!due) this.#stage.fail(error);
  }

  #gone(error: ServiceError): void {
    this.#side?.close();
    this.#side = undefined;
    this.#out = true;
    this.#desk.close();
    this.#audio.close();
    this.#beside.lost(error);
    this.#stage.fail(error);
  }

  get #quiet(): boolean {
    const silent = this.#side !== undefined && !this.#audio.speaking && !this.#botSpeaks && !this.#side.spoken.any;
    return silent && this.#desk.idle && this.#beside.idle && this.#speech.settled;
  }
}
