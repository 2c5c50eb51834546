import type { RealtimeDialectName } from '@voxrill/openai';

/** The server behind a relay. */
export interface RelayProvider {
  /** `wss://api.openai.com/v1/realtime`, or any other. The model that the client asks for is added, unless one stands there. */
  readonly url: string;
  /** Sent as the provider wants it: `api-key` at Azure, otherwise `Authorization: Bearer`. Has no white space, and never reaches a client. */
  readonly apiKey?: string;
  /** Further headers. What those that are named after a key, token, secret, cookie or authorization hold never reaches a client either. */
  readonly headers?: Readonly<Record<string, string>>;
  /** @defaultValue by the URL and the headers */
  readonly dialect?: RealtimeDialectName;
  /** Whether events are compressed on the way. @defaultValue true */
  readonly deflate?: boolean;
}
