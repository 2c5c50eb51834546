// The article's third pipeline: a client that is told everything (RTVI), tools that are webhooks, metrics and costs. The RTVI
// stages are stand-ins of a few lines, the realtime model is a chain of fakes; the shop is a real server on this machine.
// npm run example client-and-webhooks
import { createServer } from 'node:http';
import {
  chain,
  contextPair,
  costMeter,
  defineProcessor,
  eventLogger,
  type Frame,
  type HandlerTable,
  metricsLogger,
  pipeline,
  type StageScope,
  silentLogger,
  webhooks,
  webhookTool,
} from '@voxrill/core';
import { fakeLLM, fakeSTT, fakeTTS, fakeVad, memoryTransport, simulate } from '@voxrill/testing';
import { z } from 'zod';

const posted: string[] = [];
const shop = createServer((request, response) => {
  request.on('data', (chunk) => posted.push(`${request.url} ${String(chunk)}`));
  request.on('end', () => response.setHeader('content-type', 'application/json').end('{"order":7}'));
});
const url = await new Promise<string>((resolve) =>
  shop.listen(0, '127.0.0.1', () => {
    const address = shop.address();
    resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  }),
);

type Tell = <F extends Frame>(frame: F, type: string, data?: object) => F;
/** A stage that tells the client about frames, and lets them pass. */
const rtviStage = (name: string, handlers: (tell: Tell, stage: StageScope) => HandlerTable, way: 'down' | 'up' = 'down') =>
  defineProcessor(name, (stage) => {
    const tell: Tell = (frame, type, data) => {
      const message = stage.frame('output-transport-message', { message: { label: 'rtvi-ai', type, ...(data && { data }) } });
      if (way === 'down') stage.pushDown(message);
      else stage.pushUp(message);
      return frame;
    };
    const table = handlers(tell, stage);
    return { down: table, up: table };
  });
const rtvi = rtviStage('rtvi', (tell) => ({
  'input-transport-message': (frame) => tell(frame, 'bot-ready', { version: '2.1.0' }),
  error: (frame) => tell(frame, 'error', { message: frame.message, fatal: !frame.usable }),
}));
const rtviSpeaking = rtviStage('rtviSpeaking', (tell) => ({
  'user-stopped-speaking': (frame) => tell(frame, frame.kind),
  'bot-started-speaking': (frame) => tell(frame, frame.kind),
}));
const rtviUserTranscription = rtviStage('rtviUserTranscription', (tell) => ({
  transcription: (frame) => tell(frame, 'user-transcription', { text: frame.text, final: true }),
}));
const rtviBotLlm = rtviStage('rtviBotLlm', (tell) => ({ 'llm-response-start': (frame) => tell(frame, 'bot-llm-started') }));
const rtviBotTranscription = rtviStage('rtviBotTranscription', (tell) => ({
  'tts-started': (frame) => tell(frame, 'bot-transcription', { text: frame.text }),
}));
const rtviMetrics = rtviStage('rtviMetrics', (tell) => ({
  metrics: (frame) => tell(frame, 'metrics', { names: frame.metrics.map(({ name }) => name) }),
}));
// Behind the output: what it tells has been heard.
const saidAloud = rtviStage(
  'rtviBotTts',
  (tell) => ({ 'bot-spoke': (frame) => (frame.state === 'playing' ? frame : tell(frame, 'bot-tts-text', { text: frame.text })) }),
  'up',
);

const order = webhookTool({
  name: 'place_order',
  description: 'Orders strawberries.',
  parameters: z.object({ boxes: z.number() }),
  url: `${url}/orders`,
});
const replies = [{ toolCall: { name: 'place_order', arguments: { boxes: 2 } } }, 'Your order is number 7.'];
const usage = { promptTokens: 1200, cachedPromptTokens: 1024, completionTokens: 20 };
const llm = fakeLLM({ firstMs: 250, replies, usage });
const openaiRealtime = chain('realtime', fakeVad(), fakeSTT(), llm, fakeTTS());
const transport = memoryTransport();
const context = contextPair({ system: 'You sell strawberries.', tools: [order] });
const log: string[] = [];

const bot = pipeline(
  eventLogger({
    kinds: ['user-stopped-speaking', 'tool-result', 'bot-stopped-speaking', 'error'],
    log: (line) => log.push(line),
  }),
  transport.input,
  rtvi,
  context.user,
  openaiRealtime,
  rtviSpeaking,
  rtviUserTranscription,
  rtviBotLlm,
  rtviBotTranscription,
  webhooks({ url: `${url}/events`, kinds: ['tool-result', 'user-stopped-speaking', 'bot-spoke', 'end'] }),
  metricsLogger(),
  rtviMetrics,
  transport.output,
  saidAloud,
  context.assistant,
);

const meter = costMeter({ models: { 'fake-llm': 'gpt-4o-mini' } });
await simulate({
  bot: { pipeline: bot, transport, context },
  session: { id: 'call-1', logger: { ...silentLogger, info: (line, fields) => log.push(`${line} ${JSON.stringify(fields)}`) } },
  script: async ({ session, user, bot: voice }) => {
    meter.watch(session);
    session.frames$.subscribe(({ frame, to }) => {
      if (frame.kind === 'output-transport-message' && to === 'transport.output') {
        console.log('client', JSON.stringify(frame.message));
      }
    });
    transport.of(session).message({ label: 'rtvi-ai', type: 'client-ready', id: '1', data: { version: '2.1.0' } });
    await user.says('Two boxes, please');
    await voice.finishes();
  },
});
shop.close();
console.log(['', ...posted.map((line) => `posted ${line}`), '', ...log.map((line) => `log ${line}`)].join('\n'));
console.log(`\nThe model cost $${meter.report().usd.toFixed(6)}.`);
