import type { RealtimeServer } from '@voxrill/realtime-server';

/** How the published clients are pointed at a server, for the person who has started it. */
export function howToConnect(
  { url, urls, port }: RealtimeServer,
  { secure, keyed }: { secure: boolean; keyed: boolean },
): string {
  const key = keyed ? 'KEY' : 'any';
  const base = urls.base.replace(/^http:/u, 'https:');
  const plain = secure ? '{ ca }' : `{ createConnection: () => net.connect(${port}, '${new URL(url).hostname}') }`;
  const root = url.slice(0, url.indexOf('/v1'));
  const { host } = new URL(url);
  const rows: readonly (readonly [string, string])[] = [
    ['any client of today', url],
    ['any client of the beta', `${url} with OpenAI-Beta: realtime=v1, or ${urls.beta}`],
    ['Azure', `${root}/openai/v1/realtime?model=NAME, or ${root}/openai/realtime?api-version=2024-10-01-preview&deployment=NAME`],
    ['openai', `new OpenAIRealtimeWS({ model: 'any', options: ${plain} }, new OpenAI({ apiKey: '${key}', baseURL: '${base}' }))`],
    ['@openai/agents-realtime', `session.connect({ apiKey: '${key}', url: '${url}?model=any' })`],
    ['openai-realtime-api', `new RealtimeClient({ url: '${url}', apiKey: '${key}' })`],
    ['rt-client', `new RTClient(new URL('${root}'), { key: '${key}' }, { deployment: 'any' })`],
    ['LiveKit Agents', `new openai.realtime.RealtimeModel({ baseURL: '${root}/v1', apiKey: '${key}' })`],
    ['Pipecat', `OpenAIRealtimeLLMService(base_url="${url}", api_key="${key}")`],
    ['here', `npm start -- --mode realtime --url ${root}${keyed ? ' --api-key-env NAME' : ''}`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const notes = secure
    ? ['The certificate must be known to the client: ca is its PEM text; NODE_EXTRA_CA_CERTS=FILE does it for all of Node.']
    : [
        `openai insists on wss: with createConnection (from node:net) it speaks to ${host} without TLS; or start with --tls-cert and --tls-key.`,
      ];
  return [...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`), ...notes, ''].join('\n');
}
