// The three ways to write a processor, shortest first: a table of handlers, an RxJS operator, a service base class.
// npm run example custom-processor
import {
  contextPair,
  createSession,
  defineProcessor,
  fromOperator,
  inputTransport,
  type LLMChunk,
  type LLMRequest,
  LLMService,
  outputTransport,
  pacedSink,
  pipeline,
  type ServiceCall,
  type TTSChunk,
  TTSService,
  VirtualClock,
} from '@voxrill/core';
import { filter, map } from 'rxjs';

// 1. Handlers by kind of frame. What the table does not name passes through untouched.
const censor = defineProcessor('censor', {
  down: { 'input-text': (frame) => ({ ...frame, text: frame.text.replaceAll('darn', '****') }) },
});

// A processor with state gives a function, which is called once for each session.
const wordCount = defineProcessor('word-count', (stage) => {
  let words = 0;
  return {
    down: {
      'llm-text': (frame) => {
        words += frame.text.trim().split(/\s+/u).length;
        return frame;
      },
      'llm-response-end': (frame) => {
        stage.session.log.info(`${words} words so far`);
        return frame;
      },
    },
  };
});

// 2. Any RxJS operator. Control frames pass beside it, so no filter can make a session deaf to its own end.
const quiet = fromOperator('quiet', (frames$) =>
  frames$.pipe(
    filter((frame) => frame.kind !== 'llm-text' || frame.text !== '!'),
    map((frame) => (frame.kind === 'llm-text' ? { ...frame, text: frame.text.toLowerCase() } : frame)),
  ),
);

// 3. A service base class: the base does turns, deadlines, interruption and metrics.
class Echo extends LLMService {
  readonly name = 'echo';
  async *generate({ messages }: LLMRequest, { clock, signal }: ServiceCall): AsyncGenerator<LLMChunk> {
    for (const word of `You SAID: ${messages.at(-1)?.content}.`.split(' ')) {
      await clock.sleep(20, signal);
      yield { type: 'text', text: `${word} ` };
    }
  }
}

class Beeper extends TTSService {
  readonly name = 'beeper';
  async *synthesize(text: string): AsyncGenerator<TTSChunk> {
    yield { type: 'audio', samples: new Int16Array(text.length * 16 * 65), sampleRate: 16_000 };
  }
}

const context = contextPair();
const bot = pipeline(
  inputTransport({ open: () => undefined }),
  censor,
  context.user,
  new Echo(),
  wordCount,
  quiet,
  new Beeper(),
  outputTransport({ openSink: (format, session) => pacedSink({ play: () => undefined }, format, session) }),
  context.assistant,
);

// Time is injected: on a virtual clock the whole conversation takes no time at all.
const clock = new VirtualClock();
const say = (message: string) => process.stdout.write(`${message}\n`);
const logger = { debug: () => undefined, info: say, warn: say, error: say };
const session = createSession(bot, { clock, logger });
await session.start();
session.send(session.frame('input-text', { text: 'Where is the darn thing' }));
await clock.advance(5_000);
const ended = session.end();
await clock.runUntil(ended);

for (const message of context.of(session).messages) say(`${message.role}: ${message.content}`);
say(`${(await ended).reason} after ${clock.now()} virtual milliseconds`);
