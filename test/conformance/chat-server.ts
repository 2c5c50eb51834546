import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small server of the chat completions API on the loopback interface. */
export interface ChatServer {
  readonly baseURL: string;
  stop(): Promise<void>;
}

interface ChatBody {
  readonly messages: readonly { readonly content: string }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

/** Says what was said and calls every tool that it is offered; or refuses everything with an HTTP status. */
export async function chatServer(status = 200): Promise<ChatServer> {
  const server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      if (status === 200) answer(response, JSON.parse(Buffer.concat(parts).toString('utf8')));
      else {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: { message: 'No.' } }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, { messages, tools = [] }: ChatBody): void {
  const send = (data: unknown): void => {
    response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
  };
  const chunk = (choices: readonly unknown[], usage?: unknown): unknown => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'test',
    choices,
    ...(usage === undefined ? {} : { usage }),
  });
  const delta = (fields: unknown, finish: string | null = null): void =>
    send(chunk([{ index: 0, delta: fields, finish_reason: finish }]));

  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const word of `You said: ${messages.at(-1)?.content}`.split(/(?<= )/u)) delta({ content: word });
  for (const [index, { function: tool }] of tools.entries()) {
    delta({
      tool_calls: [{ index, id: `call-${index}`, type: 'function', function: { name: tool.name, arguments: '{"location":' } }],
    });
    delta({ tool_calls: [{ index, function: { arguments: '"Paris"}' } }] });
  }
  delta({}, tools.length > 0 ? 'tool_calls' : 'stop');
  send(chunk([], { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 }));
  send('[DONE]');
  response.end();
}
