import { defineProcessor, type Frame, SentenceAggregator, type StageScope, wallTime } from '@voxrill/core';

/** A message of the RTVI protocol, as it goes to the client. */
export interface RtviMessage {
  readonly label: 'rtvi-ai';
  readonly type: string;
  readonly id?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Sends a message on its way to the output, and hands the frame on from which it was made. */
function teller(stage: StageScope, way: 'down' | 'up' = 'down') {
  return <F extends Frame>(frame: F, type: string, data?: RtviMessage['data'], id?: string): F => {
    const message: RtviMessage = {
      label: 'rtvi-ai',
      type,
      ...(id === undefined ? {} : { id }),
      ...(data === undefined ? {} : { data }),
    };
    const told = stage.frame('output-transport-message', { message });
    if (way === 'down') stage.pushDown(told);
    else stage.pushUp(told);
    return frame;
  };
}

/** Answers the client’s handshake, and tells it of errors. */
export const rtvi = () =>
  defineProcessor('rtvi', (stage) => {
    const tell = teller(stage);
    return {
      down: {
        'input-transport-message': (frame) => {
          const { message } = frame;
          const ready = typeof message === 'object' && message !== null && 'type' in message && message.type === 'client-ready';
          const id = ready && 'id' in message ? String(message.id) : undefined;
          return ready ? tell(frame, 'bot-ready', { version: '2.1.0' }, id) : frame;
        },
      },
      up: { error: (frame) => tell(frame, 'error', { error: frame.message, message: frame.message, fatal: !frame.usable }) },
    };
  });

export const rtviSpeaking = () =>
  defineProcessor('rtvi-speaking', (stage) => {
    const tell = teller(stage);
    return {
      down: {
        'user-started-speaking': (frame) => tell(frame, frame.kind),
        'user-stopped-speaking': (frame) => tell(frame, frame.kind),
        interruption: (frame) => tell(frame, 'bot-interrupted'),
      },
      up: {
        'bot-started-speaking': (frame) => tell(frame, frame.kind),
        'bot-stopped-speaking': (frame) => tell(frame, frame.kind),
      },
    };
  });

export const rtviUserTranscription = () =>
  defineProcessor('rtvi-user-transcription', (stage) => {
    const tell = teller(stage);
    const about = (text: string, final: boolean) => ({
      ...{ text, final, user_id: 'user' },
      timestamp: wallTime().toISOString(),
    });
    return {
      down: {
        'interim-transcription': (frame) => tell(frame, 'user-transcription', about(frame.text, false)),
        transcription: (frame) => tell(frame, 'user-transcription', about(frame.text, true)),
      },
    };
  });

export const rtviBotLlm = () =>
  defineProcessor('rtvi-bot-llm', (stage) => {
    const tell = teller(stage);
    return {
      down: {
        'llm-response-start': (frame) => tell(frame, 'bot-llm-started'),
        'llm-text': (frame) => tell(frame, 'bot-llm-text', { text: frame.text }),
        'llm-response-end': (frame) => tell(frame, 'bot-llm-stopped'),
        'tool-result': (frame) =>
          tell(frame, 'llm-function-call-stopped', {
            tool_call_id: frame.callId,
            cancelled: frame.outcome.status === 'cancelled',
            function_name: frame.name,
          }),
      },
    };
  });

/** The words of the model, by sentence. */
export const rtviBotTranscription = () =>
  defineProcessor('rtvi-bot-transcription', (stage) => {
    const tell = teller(stage);
    let sentences = new SentenceAggregator();
    stage.session.onInterrupt(() => {
      sentences = new SentenceAggregator();
    });
    return {
      down: {
        'llm-text': (frame) => {
          for (const text of sentences.push(frame.text)) tell(frame, 'bot-transcription', { text });
          return frame;
        },
        'llm-response-end': (frame) => {
          const rest = sentences.flush();
          return rest === undefined ? frame : tell(frame, 'bot-transcription', { text: rest });
        },
      },
    };
  });

export const rtviMetrics = () =>
  defineProcessor('rtvi-metrics', (stage) => {
    const tell = teller(stage);
    return {
      down: {
        metrics: (frame) => {
          const of = (unit: string) => frame.metrics.filter((metric) => metric.unit === unit);
          const ttfb = of('ms').map(({ processor, value }) => ({ processor, value: value / 1000 }));
          const characters = of('characters').map(({ processor, value }) => ({ processor, value }));
          const tokens = of('tokens').map(({ name, value }) => [name.replaceAll('-', '_'), value]);
          return tell(frame, 'metrics', {
            ...(ttfb.length > 0 ? { ttfb } : {}),
            ...(characters.length > 0 ? { characters } : {}),
            ...(tokens.length > 0 ? { tokens: [Object.fromEntries(tokens)] } : {}),
          });
        },
      },
    };
  });

/** Stands behind the output, and so tells what is heard while it is heard. */
export const rtviBotTts = () =>
  defineProcessor('rtvi-bot-tts', (stage) => {
    const tell = teller(stage, 'up');
    let told = { utterance: '', text: '' };
    return {
      down: {
        'tts-started': (frame) => tell(frame, 'bot-tts-started'),
        'bot-spoke': (frame) => {
          const { utterance, text } = frame;
          const fresh = (told.utterance === utterance ? text.slice(told.text.length) : text).trim();
          told = { utterance, text };
          return fresh === '' ? frame : tell(frame, 'bot-tts-text', { text: fresh });
        },
        'tts-stopped': (frame) => tell(frame, 'bot-tts-stopped'),
      },
    };
  });
