import { type MakePipeline, type RealtimeLogLine, relayRealtime, serveRealtime } from '@voxrill/realtime-server';
import { wireFaults } from '../../realtime-schemas/wire-faults.js';
import { selfSigned } from './self-signed.js';

/** Our server as a published client finds it: on this machine, asking for a key, and noting all that goes over the wire. */
export interface InteropServer {
  readonly url: string;
  readonly key: string;
  /** The certificate that the server proves itself with, in PEM; none on a plain one. */
  readonly ca: string | undefined;
  readonly lines: readonly RealtimeLogLine[];
  /** What the published rules have against the events so far. */
  faults(): readonly string[];
  close(): Promise<void>;
}

export interface InteropServerOptions {
  /** Over TLS. */
  readonly secure?: boolean;
  /** Behind our relay, which has another key for it and asks it in the words of today, whatever the client speaks. */
  readonly relayed?: boolean;
}

const key = 'sk-of-the-interop-tests';
const providerKey = 'sk-that-only-the-relay-knows';

export async function interopServer(makePipeline: MakePipeline, options: InteropServerOptions = {}): Promise<InteropServer> {
  const { secure = false, relayed = false } = options;
  const lines: RealtimeLogLine[] = [];
  const behind: RealtimeLogLine[] = [];
  const certificate = secure ? selfSigned() : undefined;
  const door = {
    port: 0,
    keys: [key],
    log: (line: RealtimeLogLine) => void lines.push(line),
    ...(certificate === undefined ? {} : { tls: { key: certificate.key, cert: certificate.cert } }),
  };
  const provider = relayed
    ? await serveRealtime(makePipeline, { port: 0, keys: [providerKey], log: (line) => void behind.push(line) })
    : undefined;
  const server =
    provider === undefined
      ? await serveRealtime(makePipeline, door)
      : await relayRealtime({ ...door, provider: { url: provider.url, apiKey: providerKey } });
  return {
    url: `${secure ? 'wss' : 'ws'}://127.0.0.1:${server.port}`,
    key,
    ca: certificate?.cert,
    lines,
    faults: () => [...wireFaults(lines), ...wireFaults(behind).map((fault) => `behind the relay: ${fault}`)],
    close: async () => {
      await server.close();
      await provider?.close();
    },
  };
}
