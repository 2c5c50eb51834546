import { openaiChat } from '@voxrill/openai';
import { llmConformance } from '@voxrill/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type ChatServer, chatServer } from './chat-server.js';

const weather = {
  name: 'get_weather',
  description: 'Tells the weather.',
  parameters: { type: 'object', properties: { location: { type: 'string' } } },
};

const failures = [
  [401, 'authentication'],
  [400, 'invalid-request'],
  [429, 'rate-limit'],
  [500, 'server'],
] as const;

describe('openaiChat, on a server that speaks the chat completions API', () => {
  const servers: Record<string, ChatServer> = {};
  beforeAll(async () => {
    servers.good = await chatServer();
    for (const [status] of failures) servers[status] = await chatServer(status);
  });
  afterAll(async () => {
    for (const server of Object.values(servers)) await server.stop();
  });
  const chat = (server: string) =>
    openaiChat({ model: 'test', apiKey: 'none', maxRetries: 0, baseURL: servers[server]?.baseURL ?? '' });

  const cases = llmConformance(() => chat('good'), {
    toolRequest: {
      messages: [{ role: 'user', content: 'How is the weather?' }],
      tools: [weather, { ...weather, name: 'again' }],
    },
    failing: failures.map(([status, category]) => ({ category, make: () => chat(String(status)) })),
  });
  for (const { title, run } of cases) it(title, run);
});
