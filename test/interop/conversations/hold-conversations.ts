import { textIn } from '@voxrill/testing';
import { afterEach, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { loudest, milliseconds, recording } from '../audio/pcm.js';
import { agentsCaller } from '../callers/agents-realtime.js';
import type { Caller, CallerTool, ConnectCaller } from '../callers/caller.js';
import { livekitCaller } from '../callers/livekit.js';
import { azureOpenaiCaller, openaiCaller } from '../callers/openai.js';
import { realtimeApiCaller } from '../callers/realtime-api.js';
import { rtClientCaller } from '../callers/rt-client.js';
import { type InteropServer, interopServer } from '../server/interop-server.js';
import { localCascade } from '../server/local-cascade.js';
import { letterMs, scriptedBot } from '../server/scripted-bot.js';
import { wireStory } from '../wire/wire-story.js';

interface Kind {
  readonly name: string;
  readonly connect: ConnectCaller;
  /** Over TLS. */
  readonly secure?: boolean;
  /** It says what was heard of an answer that it cut off. */
  readonly truncates: boolean;
}

const kinds: readonly Kind[] = [
  { name: 'openai 7.57.0, OpenAIRealtimeWS over TLS', connect: openaiCaller, secure: true, truncates: true },
  { name: 'openai 7.57.0, OpenAIRealtimeWS on a plain connection', connect: openaiCaller, truncates: true },
  { name: 'openai 7.57.0, OpenAIRealtimeWS.azure over TLS', connect: azureOpenaiCaller, secure: true, truncates: true },
  { name: '@openai/agents-realtime 0.20.0', connect: agentsCaller, truncates: true },
  { name: 'openai-realtime-api 1.0.8', connect: realtimeApiCaller, truncates: true },
  { name: 'rt-client 0.5.1', connect: rtClientCaller, truncates: false },
  { name: '@livekit/agents-plugin-openai 1.9.0', connect: livekitCaller, truncates: true },
];

const clean: (() => Promise<void>)[] = [];

async function talk({ connect, secure = false }: Kind, server: InteropServer, tool?: CallerTool): Promise<Caller> {
  clean.push(() => server.close());
  onTestFailed(() => void process.stderr.write(wireStory(server.lines)));
  const { url, key, ca } = server;
  const caller = await connect({
    url,
    key,
    ...(secure && ca !== undefined ? { ca } : {}),
    ...(tool === undefined ? {} : { tool }),
  });
  clean.push(() => caller.hangUp());
  return caller;
}

const weather: CallerTool = {
  name: 'get_weather',
  description: 'Tells the weather of a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  run: (given) => ({ weather: 'sunny', of: (given as { readonly city: string }).city }),
};

const counting = 'One two three four five six seven eight.';
const heardPart = 'One two three four';

/** The four conversations of each client, and one more; `relayed`: through our relay in front of our server. */
export function holdConversations({ relayed }: { readonly relayed: boolean }): void {
  let speech: Int16Array;
  beforeAll(async () => {
    speech = await recording('human-ps-goforward');
  });
  afterEach(async () => {
    for (const step of clean.splice(0).reverse()) await step();
  });

  describe.each(kinds.map((each) => ({ ...each, relayed })))('$name', (kind) => {
    it('holds a spoken conversation with the local cascade behind the server', async () => {
      const server = await interopServer(localCascade, kind);
      const caller = await talk(kind, server);
      const answer = await caller.speak(speech);
      expect(answer.heard.toLowerCase()).toMatch(/go forward (ten|10) meters/);
      expect(answer.status).toBe('completed');
      expect(answer.said.trim()).not.toBe('');
      expect(milliseconds(answer.audio)).toBeGreaterThan(500);
      expect(loudest(answer.audio)).toBeGreaterThan(1000);
      expect(server.faults()).toEqual([]);
    });

    it('holds a typed conversation', async () => {
      const bot = scriptedBot({ replies: ['Hello. How can I help?', 'You are welcome.'] });
      const server = await interopServer(bot.makePipeline, kind);
      const caller = await talk(kind, server);
      const answers = [await caller.type('Good morning.'), await caller.type('Thank you.')];
      expect(answers.map(({ status, said }) => ({ status, said: said.trim() }))).toEqual([
        { status: 'completed', said: 'Hello. How can I help?' },
        { status: 'completed', said: 'You are welcome.' },
      ]);
      expect(answers.map(({ audio }) => textIn(audio).trim())).toEqual(['Hello. How can I help?', 'You are welcome.']);
      expect(bot.asked().at(-1)).toEqual([
        'system: Be brief.',
        'user: Good morning.',
        'assistant: Hello. How can I help?',
        'user: Thank you.',
      ]);
      expect(server.faults()).toEqual([]);
    });

    it('holds a conversation in which it cuts an answer off, and the model remembers what was heard', async () => {
      const bot = scriptedBot({ replies: [[`${counting} `, { hang: true }], 'Good.'], hears: 'That is enough.' });
      const server = await interopServer(bot.makePipeline, kind);
      const caller = await talk(kind, server);
      const { cut, next } = await caller.cutOff('Count.', heardPart.length * letterMs, speech);
      expect(cut.status).toBe('cancelled');
      expect(textIn(cut.audio)).toContain(heardPart);
      expect({ status: next.status, said: next.said.trim() }).toEqual({ status: 'completed', said: 'Good.' });
      expect(bot.asked().at(-1)?.[2]).toBe(`assistant: ${kind.truncates ? heardPart : counting}`);
      expect(server.faults()).toEqual([]);
    });

    // A client that cannot say what it has played cannot do this.
    it.runIf(kind.truncates)(
      'interrupts an answer that was given whole and is still played, and the model remembers as much',
      async () => {
        const bot = scriptedBot({ replies: [counting, 'Good.'], hears: 'That is enough.' });
        const server = await interopServer(bot.makePipeline, kind);
        const caller = await talk(kind, server);
        const { cut, next } = await caller.cutOff('Count.', heardPart.length * letterMs, speech);
        expect(cut.status).toBe('completed');
        expect(next.said.trim()).toBe('Good.');
        expect(bot.asked().at(-1)?.[2]).toBe(`assistant: ${heardPart}`);
        expect(server.faults()).toEqual([]);
      },
    );

    it('runs a tool, and hears what the model makes of the result', async () => {
      const call = { toolCall: { name: 'get_weather', arguments: { city: 'Oslo' } } };
      const bot = scriptedBot({ replies: [[call], 'It is sunny in Oslo.'] });
      const server = await interopServer(bot.makePipeline, kind);
      const caller = await talk(kind, server, weather);
      const answer = await caller.askForTool('How is the weather in Oslo?');
      expect(answer.said.trim()).toBe('It is sunny in Oslo.');
      expect(textIn(answer.audio).trim()).toBe('It is sunny in Oslo.');
      expect(bot.tools()[0]).toEqual(['get_weather']);
      expect(bot.asked().at(-1)?.at(-1)).toContain('"weather":"sunny","of":"Oslo"');
      expect(server.faults()).toEqual([]);
    });
  });
}
