import { dialectOfConnection, type RealtimeDialectName } from '@voxrill/openai';
import { askedModel } from '../door/asked-model.js';
import type { RealtimeRequest } from '../door/realtime-peer.js';
import { queryOf } from '../door/route.js';
import { checkProvider } from './check-provider.js';
import type { RelayProvider } from './relay-provider.js';

/** Where to connect, and as what. */
export interface ProviderTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly dialect: RealtimeDialectName;
  readonly deflate: boolean;
  /** What no client may read. */
  readonly secrets: readonly string[];
}

const isSecret = /auth|key|token|secret|cookie/;

export function providerTarget(provider: RelayProvider, request: RealtimeRequest): ProviderTarget {
  checkProvider(provider);
  const url = new URL(provider.url.replace(/^http/i, 'ws'));
  const given = Object.fromEntries(Object.entries(provider.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const dialect = provider.dialect ?? dialectOfConnection({ url: provider.url, headers: given });
  const model = askedModel(request);
  const named = url.searchParams.has('model') || url.searchParams.has('deployment');
  if (!named && model !== undefined) url.searchParams.set(dialect === 'azure-preview' ? 'deployment' : 'model', model);
  const intent = queryOf(request.url).get('intent');
  if (intent !== null) url.searchParams.set('intent', intent);
  const { apiKey } = provider;
  const headers = {
    ...(apiKey === undefined ? {} : dialect.startsWith('azure') ? { 'api-key': apiKey } : { authorization: `Bearer ${apiKey}` }),
    ...(dialect === 'beta' || dialect === 'beta-2024-10' ? { 'openai-beta': 'realtime=v1' } : {}),
    ...given,
  };
  const ofHeaders = Object.entries(given).flatMap(([name, value]) =>
    isSecret.test(name) ? [value, value.replace(/^\w+ +/, '')] : [],
  );
  const secrets = [apiKey ?? '', ...ofHeaders, url.searchParams.get('api-key') ?? ''].filter((secret) => secret.length >= 6);
  return { url: url.href, headers, dialect, deflate: provider.deflate ?? true, secrets };
}

/** A text of the provider without what no client may read. */
export function redacted(text: string, secrets: readonly string[]): string {
  let safe = text;
  for (const secret of secrets) if (safe.includes(secret)) safe = safe.replaceAll(secret, '[redacted]');
  return safe.includes('***') ? safe.replace(masked, (part) => (isMaskOf(part, secrets) ? '[redacted]' : part)) : safe;
}

/** Providers that refuse a key show its ends. Begins at the head of a word only: audio is one long word. */
const masked = /(?<![\w-])[\w-]{1,256}\*{3,}[\w-]{0,256}/g;

function isMaskOf(part: string, secrets: readonly string[]): boolean {
  const [head = '', tail = ''] = part.split(/\*+/);
  return secrets.some((secret) => secret.startsWith(head) && secret.endsWith(tail));
}
