import { MemoryFile } from './memory-file.js';

/** What a program left behind. */
export interface WasiOutcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

class Exit {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}

// Numbers of WASI preview 1.
const SUCCESS = 0;
const BAD_DESCRIPTOR = 8;
const NO_SUCH_FILE = 44;
const NOT_SUPPORTED = 52;
const CREATE = 1;
const ROOT = 3;
const CHARACTER_DEVICE = 2;
const DIRECTORY = 3;
const REGULAR_FILE = 4;
const ALL_RIGHTS = 0x1fff_ffffn;

type Call = (...args: number[]) => number;

/**
 * Runs a command-line program that was compiled to WASI preview 1, once, with a file system in memory that is empty at
 * first. Node's own `node:wasi` prints a warning and wants folders on disk. The program sees neither time nor chance, so
 * the same arguments always give the same outcome.
 */
export async function runWasiProgram(module: WebAssembly.Module, args: readonly string[]): Promise<WasiOutcome> {
  const files = new Map<string, MemoryFile>();
  const open = new Map<number, MemoryFile>([
    [1, new MemoryFile()],
    [2, new MemoryFile()],
  ]);
  const [stdout, stderr] = [open.get(1), open.get(2)];
  const memory: { bytes(): Uint8Array; view(): DataView } = {
    bytes: () => new Uint8Array(),
    view: () => new DataView(new ArrayBuffer(0)),
  };
  const words = args.map((arg) => new TextEncoder().encode(`${arg}\0`));
  let nextDescriptor = ROOT + 1;

  const setCounts = (countAt: number, bytesAt: number, count: number, bytes: number) => {
    memory.view().setUint32(countAt, count, true);
    memory.view().setUint32(bytesAt, bytes, true);
    return SUCCESS;
  };

  const calls: Record<string, Call> = {
    args_sizes_get: (countAt = 0, bytesAt = 0) =>
      setCounts(
        countAt,
        bytesAt,
        words.length,
        words.reduce((sum, word) => sum + word.length, 0),
      ),
    args_get: (pointersAt = 0, textAt = 0) => {
      let to = textAt;
      for (const [index, word] of words.entries()) {
        memory.view().setUint32(pointersAt + index * 4, to, true);
        memory.bytes().set(word, to);
        to += word.length;
      }
      return SUCCESS;
    },
    environ_sizes_get: (countAt = 0, bytesAt = 0) => setCounts(countAt, bytesAt, 0, 0),
    environ_get: () => SUCCESS,
    random_get: () => SUCCESS,
    sched_yield: () => SUCCESS,
    proc_exit: (status = 0) => {
      throw new Exit(status);
    },
    fd_prestat_get: (descriptor = 0, at = 0) => {
      if (descriptor !== ROOT) return BAD_DESCRIPTOR;
      memory.view().setUint8(at, 0);
      memory.view().setUint32(at + 4, 1, true);
      return SUCCESS;
    },
    fd_prestat_dir_name: (_descriptor = 0, at = 0) => {
      memory.bytes()[at] = '.'.charCodeAt(0);
      return SUCCESS;
    },
    fd_fdstat_get: (descriptor = 0, at = 0) => {
      memory.bytes().fill(0, at, at + 24);
      memory.view().setUint8(at, descriptor === ROOT ? DIRECTORY : descriptor < ROOT ? CHARACTER_DEVICE : REGULAR_FILE);
      memory.view().setBigUint64(at + 8, ALL_RIGHTS, true);
      memory.view().setBigUint64(at + 16, ALL_RIGHTS, true);
      return SUCCESS;
    },
    fd_fdstat_set_flags: () => SUCCESS,
    path_open: (_folder = 0, _lookup = 0, pathAt = 0, pathBytes = 0, flags = 0, ...rest) => {
      if ((flags & CREATE) === 0) return NO_SUCH_FILE;
      const file = new MemoryFile();
      files.set(new TextDecoder().decode(memory.bytes().subarray(pathAt, pathAt + pathBytes)), file);
      open.set(nextDescriptor, file);
      memory.view().setUint32(rest.at(-1) ?? 0, nextDescriptor++, true);
      return SUCCESS;
    },
    path_filestat_get: () => NO_SUCH_FILE,
    fd_write: (descriptor = 0, vectorsAt = 0, count = 0, writtenAt = 0) => {
      let written = 0;
      for (let at = vectorsAt; at < vectorsAt + count * 8; at += 8) {
        const from = memory.view().getUint32(at, true);
        const length = memory.view().getUint32(at + 4, true);
        open.get(descriptor)?.write(memory.bytes().subarray(from, from + length));
        written += length;
      }
      memory.view().setUint32(writtenAt, written, true);
      return SUCCESS;
    },
    fd_read: (_descriptor = 0, _vectors = 0, _count = 0, readAt = 0) => {
      memory.view().setUint32(readAt, 0, true);
      return SUCCESS;
    },
    fd_close: (descriptor = 0) => {
      open.delete(descriptor);
      return SUCCESS;
    },
  };
  // These two take 64-bit numbers, which JavaScript sees as bigint.
  const wideCalls = {
    clock_time_get: (_clock: number, _precision: bigint, at: number) => {
      memory.view().setBigUint64(at, 0n, true);
      return SUCCESS;
    },
    fd_seek: (descriptor: number, offset: bigint, whence: number, at: number) => {
      const file = open.get(descriptor);
      if (descriptor <= ROOT || !file) return 70;
      memory.view().setBigUint64(at, BigInt(file.seek(Number(offset), whence)), true);
      return SUCCESS;
    },
  };

  const imports: Record<string, (...args: never[]) => number> = {};
  for (const { name } of WebAssembly.Module.imports(module)) imports[name] = calls[name] ?? (() => NOT_SUPPORTED);
  const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: { ...imports, ...wideCalls } });
  const { memory: exported, _start: start } = instance.exports;
  if (!(exported instanceof WebAssembly.Memory) || typeof start !== 'function')
    throw new Error('The WASI program has no memory or no _start.');
  // Memory grows while the program runs, and then its buffer is another one.
  memory.bytes = () => new Uint8Array(exported.buffer);
  memory.view = () => new DataView(exported.buffer);

  let status = 0;
  try {
    start();
  } catch (exit) {
    if (!(exit instanceof Exit)) throw exit;
    status = exit.status;
  }
  const text = (file: MemoryFile | undefined) => new TextDecoder().decode(file?.contents);
  return {
    status,
    stdout: text(stdout),
    stderr: text(stderr),
    files: new Map([...files].map(([name, file]) => [name, file.contents])),
  };
}
