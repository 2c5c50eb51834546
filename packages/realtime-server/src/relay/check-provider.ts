import { checkKey } from '../door/key-check.js';
import { aDialect } from '../door/option-rules.js';
import type { RelayProvider } from './relay-provider.js';

const schemes: readonly string[] = ['wss:', 'ws:', 'https:', 'http:'];

/** Throws when a provider has no URL to connect to, or a key that cannot be sent. Says neither: a URL may hold a key. */
export function checkProvider(provider: RelayProvider): void {
  if (typeof provider !== 'object' || provider === null) {
    throw new TypeError('provider is missing; give { url } of the server behind the relay, or a function that chooses one.');
  }
  const { url, apiKey, dialect } = provider;
  const parsed = typeof url === 'string' ? parsedUrl(url) : undefined;
  if (parsed === undefined) {
    throw new RangeError('provider.url is no URL; give one like wss://api.openai.com/v1/realtime.');
  }
  if (!schemes.includes(parsed.protocol)) {
    throw new RangeError(`provider.url begins with ${parsed.protocol}; it must begin with wss:, ws:, https: or http:.`);
  }
  if (apiKey !== undefined) checkKey('provider.apiKey', apiKey);
  const { is, must } = aDialect();
  if (dialect !== undefined && !is(dialect)) throw new TypeError(`provider.dialect must be ${must}.`);
}

function parsedUrl(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}
