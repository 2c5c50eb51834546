import { readFile } from 'node:fs/promises';
import { realClock } from '@voxrill/core';
import { type RealtimeServer, serveRealtime } from '@voxrill/realtime-server';
import { UsageError } from '../command-line/usage-error.js';
import { localCascade } from '../realtime/local-cascade.js';
import { fetchWeights } from '../run/fetch-weights.js';
import { EventLog } from './event-log.js';
import { howToConnect } from './how-to-connect.js';
import type { ServerOptions } from './server-options.js';

/** How long calls may go on after the server was told to stop. */
const drainMs = 1_000;

/** Serves the local bot until `signal` fires; returns the exit code. */
export async function serveLocally(options: ServerOptions, signal: AbortSignal): Promise<number> {
  const stopping = new AbortController();
  let broken: Error | undefined;
  const log =
    options.log === undefined
      ? undefined
      : new EventLog(options.log, (error) => {
          broken = error;
          stopping.abort();
        });
  try {
    const tls = options.tls === undefined ? undefined : await certificate(options.tls);
    await fetchWeights(options.local.stt, signal);
    const cascade = localCascade(options.local);
    const server = await listen(options, () =>
      serveRealtime(cascade.makePipeline, {
        host: options.host,
        port: options.port,
        dialect: options.dialect,
        vad: cascade.vad,
        ...(tls === undefined ? {} : { tls }),
        ...(options.keys.length === 0 ? {} : { keys: options.keys }),
        ...(log === undefined ? {} : { log: (line) => log.write(line) }),
      }),
    );
    try {
      await cascade.prepare({ clock: realClock(), signal });
      process.stdout.write(
        `Listening at ${server.url}\n${howToConnect(server, { secure: tls !== undefined, keyed: options.keys.length > 0 })}`,
      );
      await aborted(AbortSignal.any([signal, stopping.signal]));
    } finally {
      await server.close({ drainMs });
    }
    if (broken !== undefined) throw broken;
    return 0;
  } finally {
    log?.close();
  }
}

async function certificate({ cert, key }: { readonly cert: string; readonly key: string }) {
  return { cert: await pem('--tls-cert', cert), key: await pem('--tls-key', key) };
}

async function pem(option: string, path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new Error(`${option} cannot be read (${error.message}); give a PEM file.`);
  });
  if (!text.includes('-----BEGIN ')) throw new UsageError(`${option} must name a PEM file, and ${path} is none.`);
  return text;
}

/** What the system says of ports and names is said in our options. */
async function listen({ host, port }: ServerOptions, serve: () => Promise<RealtimeServer>): Promise<RealtimeServer> {
  try {
    return await serve();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') throw new Error(`Port ${port} of ${host} is taken; give another one by --port.`);
    if (code === 'EACCES') throw new Error(`Port ${port} of ${host} is not open to this user; give another one by --port.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new Error(`${host} is no address of this machine; give another one by --host.`);
    if (error instanceof RangeError) throw new UsageError(`${error.message} Here, host is --host, and keys come with --key.`);
    throw error;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
