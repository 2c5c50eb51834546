import { type MakePipeline, type RealtimeLogLine, serveRealtime } from '@voxrill/realtime-server';
import { wireFaults } from '../wire/wire-faults.js';
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

export async function interopServer(makePipeline: MakePipeline, { secure = false } = {}): Promise<InteropServer> {
  const lines: RealtimeLogLine[] = [];
  const key = 'sk-of-the-interop-tests';
  const tls = secure ? selfSigned() : undefined;
  const server = await serveRealtime(makePipeline, {
    port: 0,
    keys: [key],
    log: (line) => void lines.push(line),
    ...(tls === undefined ? {} : { tls: { key: tls.key, cert: tls.cert } }),
  });
  return {
    url: `${secure ? 'wss' : 'ws'}://127.0.0.1:${server.port}`,
    key,
    ca: tls?.cert,
    lines,
    faults: () => wireFaults(lines),
    close: () => server.close(),
  };
}
