import type { FrameOf } from '../frames/frame.js';
import { defineProcessor } from '../processor/define-processor.js';
import type { FrameProcessor } from '../processor/frame-processor.js';
import type { StageScope } from '../processor/handler.js';
import { ServiceError } from '../services/service-error.js';
import type { SessionContext } from '../session/session-context.js';
import type { AudioFormat, AudioSink } from './audio-sink.js';
import { HeldSpeech, type SpeechFrame } from './held-speech.js';
import { type LedgerEntry, SpeechLedger } from './speech-ledger.js';

const outputFit = { needs: ['tts-audio'], emits: ['bot-started-speaking', 'bot-stopped-speaking', 'bot-spoke'] } as const;

/** Options of {@link outputTransport}. */
export interface OutputTransportOptions {
  readonly name?: string;
  /** Opens what must be open before the session runs: a file, a socket. */
  readonly prepare?: (session: SessionContext) => void | Promise<void>;
  /** Called in each session when the first audio is to be played. */
  readonly openSink: (format: AudioFormat, session: SessionContext) => AudioSink;
}

/**
 * Plays the bot's speech into a sink, and tells everybody, both ways, what has been heard: the ledger of the session. An
 * interruption clears the sink before `interrupt()` returns.
 *
 * @example
 * ```ts
 * const output = outputTransport({
 *   openSink: (format, session) => pacedSink({ play: (chunk) => session.log.debug(`${chunk.length} samples`) }, format, session),
 * });
 * ```
 */
export function outputTransport(options: OutputTransportOptions): FrameProcessor<typeof outputFit> {
  const { name = 'transport.output', prepare, openSink } = options;
  return defineProcessor(
    name,
    (stage) => {
      if (prepare !== undefined) stage.session.onStart(() => prepare(stage.session));
      return outputStage(stage, openSink);
    },
    { fit: outputFit },
  );
}

function outputStage(stage: StageScope, openSink: OutputTransportOptions['openSink']) {
  const { session } = stage;
  const ledger = new SpeechLedger();
  let sink: AudioSink | undefined;
  let speakingTurn: number | undefined;
  let playedTo = 0;
  let release: (() => void) | undefined;

  let isProtected = false;
  /** While the model was asked before the turn was over: what it has had spoken. */
  let held: HeldSpeech | undefined;

  const tell = ({ utterance, turn, text, playedMs, startedAtMs, traits: { aside, response }, state }: LedgerEntry): void => {
    const more = {
      ...(startedAtMs === undefined ? {} : { startedAtMs }),
      ...(response === undefined ? {} : { response }),
      ...(aside === true ? { aside } : {}),
    };
    stage.broadcast(stage.frame('bot-spoke', { utterance, text, playedMs, state, ...more }, turn));
  };
  const tellProtection = (): void => {
    if (ledger.protected === isProtected) return;
    isProtected = ledger.protected;
    stage.broadcast(stage.frame('speech-protected', { on: isProtected }));
  };
  const stopped = (interrupted: boolean): void => {
    if (speakingTurn === undefined) return;
    const turn = speakingTurn;
    speakingTurn = undefined;
    stage.broadcast(stage.frame('bot-stopped-speaking', { interrupted }, turn));
  };
  const letGo = (): void => {
    release?.();
    release = undefined;
  };
  const settle = (position: number): void => {
    playedTo = position;
    for (const entry of ledger.played(position, session.now())) tell(entry);
    tellProtection();
    if (!ledger.empty) return;
    stopped(false);
    letGo();
  };
  const open = (frame: FrameOf<'tts-audio'>): AudioSink => {
    const opened = openSink({ sampleRate: frame.sampleRate, channels: frame.channels }, session);
    ledger.sampleRate = frame.sampleRate;
    // A sink calls from its own timer, where no joint stands guard.
    opened.played$.subscribe((position) => session.guard(stage.name, () => settle(position)));
    return opened;
  };

  session.onInterrupt(() => {
    held = undefined;
    if (sink === undefined && ledger.empty) return;
    // A sink that throws here is taken to have stopped where it was last heard of.
    session.guard(stage.name, () => {
      playedTo = sink?.clear() ?? 0;
    });
    for (const entry of ledger.cut(playedTo, session.now())) tell(entry);
    stopped(true);
    tellProtection();
    letGo();
  });
  session.onClose(() => sink?.close());

  const write = (frame: FrameOf<'tts-audio'>): void => {
    sink ??= open(frame);
    mustMatch(sink.format, frame, stage.name);
    if (speakingTurn === undefined) {
      speakingTurn = frame.turn;
      const aside = ledger.isAside(frame.utterance);
      stage.broadcast(stage.frame('bot-started-speaking', aside ? { aside } : {}, frame.turn));
      // Whoever heard of it may have ended the turn.
      if (frame.turn !== session.turn) return;
    }
    const samples = frame.samples.length / frame.channels;
    ledger.wrote(frame.utterance, samples, session.now());
    try {
      sink.write(frame.samples);
    } catch (error) {
      // What the sink refused will never be heard, and nobody may wait for it.
      ledger.wrote(frame.utterance, -samples, session.now());
      throw error;
    }
  };
  const take = (frame: SpeechFrame): void => {
    switch (frame.kind) {
      case 'tts-started':
        release ??= session.hold(`${stage.name}, playing`);
        ledger.begin(frame.utterance, frame.text, frame.turn, frame);
        tellProtection();
        break;
      case 'tts-text':
        ledger.text(frame.utterance, frame.text);
        break;
      case 'tts-words':
        ledger.words(frame.utterance, frame.words);
        break;
      case 'tts-audio':
        write(frame);
        break;
      case 'tts-stopped':
        ledger.end(frame.utterance, frame.broken);
        settle(playedTo);
        break;
    }
  };
  const letOut = (frame: SpeechFrame): void => {
    // Whoever heard of the one before may have ended the turn.
    if (frame.turn !== session.turn) return;
    take(frame);
    stage.pushDown(frame);
  };
  const play = <F extends SpeechFrame>(frame: F): F | undefined => {
    if (held?.keep(frame) === true) return undefined;
    take(frame);
    return frame;
  };

  return {
    down: {
      'tts-started': play,
      'tts-text': play,
      'tts-words': play,
      'tts-audio': play,
      'tts-stopped': play,
      speculation: (frame: FrameOf<'speculation'>) => {
        if (frame.state === 'begun') held = new HeldSpeech();
        else {
          const waiting = held?.frames ?? [];
          held = undefined;
          if (frame.state === 'confirmed') for (const one of waiting) session.guard(stage.name, () => letOut(one));
        }
        return frame;
      },
      'output-pause': (frame: FrameOf<'output-pause'>) => {
        sink?.pause?.();
        return frame;
      },
      'output-resume': (frame: FrameOf<'output-resume'>) => {
        sink?.resume?.();
        return frame;
      },
    },
  };
}

function mustMatch(format: AudioFormat, frame: FrameOf<'tts-audio'>, name: string): void {
  if (format.sampleRate === frame.sampleRate && format.channels === frame.channels) return;
  throw new ServiceError(
    'invalid-request',
    `"${name}" plays ${format.sampleRate} Hz on ${format.channels} channel(s) and got ${frame.sampleRate} Hz on ${frame.channels}; put a resampler before it.`,
  );
}
