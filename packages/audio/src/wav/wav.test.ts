import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeWav } from './decode-wav.js';
import { encodeWav } from './encode-wav.js';
import { makeWavHeader } from './make-wav-header.js';
import { type OpenWavOptions, openWav } from './open-wav.js';
import { WavError } from './wav-error.js';
import type { WavEncoding } from './wav-format.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wav-'));
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;
async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(folder, `${count++}.wav`);
  await writeFile(path, bytes);
  return path;
}

async function readAll(path: string, options?: OpenWavOptions): Promise<Int16Array> {
  const samples: number[] = [];
  for await (const chunk of await openWav(path, options)) samples.push(...chunk);
  return Int16Array.from(samples);
}

const read = async (bytes: Uint8Array, options?: OpenWavOptions) => readAll(await fileOf(bytes), options);

function chunk(id: string, body: Uint8Array, size = body.length): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 'latin1');
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

function riff(chunks: readonly Uint8Array[], size?: number, id = 'RIFF'): Buffer {
  const body = Buffer.concat(chunks);
  const head = Buffer.alloc(12);
  head.write(id, 'latin1');
  head.writeUInt32LE(size ?? body.length + 4, 4);
  head.write('WAVE', 8, 'latin1');
  return Buffer.concat([head, body]);
}

/** A `fmt ` chunk; with `subFormat` a WAVE_FORMAT_EXTENSIBLE one. */
function format(tag: number, channels: number, rate: number, bits: number, subFormat?: number): Buffer {
  const body = Buffer.alloc(subFormat === undefined ? 16 : 40);
  const container = Math.ceil(bits / 8);
  body.writeUInt16LE(tag, 0);
  body.writeUInt16LE(channels, 2);
  body.writeUInt32LE(rate, 4);
  body.writeUInt32LE(rate * channels * container, 8);
  body.writeUInt16LE(channels * container, 12);
  body.writeUInt16LE(bits, 14);
  if (subFormat !== undefined) {
    body.writeUInt16LE(22, 16);
    body.writeUInt16LE(bits, 18);
    body.writeUInt16LE(subFormat, 24);
    Buffer.from('000000001000800000aa00389b71', 'hex').copy(body, 26);
  }
  return chunk('fmt ', body);
}

const bytesOf = (samples: Int16Array) =>
  Buffer.from(Uint8Array.from(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)));
const ramp = Int16Array.from({ length: 1000 }, (_, i) => i * 65 - 32500);
const mono16k = format(1, 1, 16000, 16);

// How far a 16-bit sample may be from itself after it was stored so. G.711: half the widest step.
const tolerance: Record<WavEncoding, number> = {
  uint8: 255,
  int16: 0,
  int24: 0,
  int32: 0,
  float32: 0,
  float64: 0,
  mulaw: 644,
  alaw: 512,
};
const encodings = Object.keys(tolerance) as WavEncoding[];

describe('every format', () => {
  test.each(encodings)(
    '%s: one-shot and streamed reading agree, and differ from the signal by no more than its quantisation',
    async (encoding) => {
      await fc.assert(
        fc.asyncProperty(
          fc.int16Array({ maxLength: 400 }),
          fc.integer({ min: 1, max: 4 }),
          fc.constantFrom(8000, 11025, 44100, 96000),
          async (noise, channels, sampleRate) => {
            const samples = noise.slice(0, noise.length - (noise.length % channels));
            const bytes = await encodeWav({ samples, sampleRate, channels }, { encoding });
            const decoded = await decodeWav(bytes);
            expect(decoded).toMatchObject({ sampleRate, channels });
            expect(decoded.samples).toHaveLength(samples.length);
            decoded.samples.forEach((sample, i) => {
              expect(Math.abs(sample - (samples[i] ?? NaN))).toBeLessThanOrEqual(tolerance[encoding]);
            });
            expect(await read(bytes, { channels })).toEqual(decoded.samples);
          },
        ),
        { numRuns: 15 },
      );
    },
  );

  test.each(encodings)('%s: the same signal at another rate and in stereo becomes mono at the wanted rate', async (encoding) => {
    const tone = (rate: number) =>
      Int16Array.from({ length: rate / 4 }, (_, i) => Math.round(12000 * Math.sin((2 * Math.PI * 440 * i) / rate)));
    const stereo = Int16Array.from([...tone(44100)].flatMap((sample) => [sample, sample]));
    const bytes = await encodeWav({ samples: stereo, sampleRate: 44100, channels: 2 }, { encoding });
    const heard = await read(bytes, { sampleRate: 16000 });
    expect(heard).toHaveLength(Math.ceil((11025 * 16000) / 44100));
    const wanted = tone(16000);
    const errors = heard.subarray(500, 3500).map((sample, i) => Math.abs(sample - (wanted[i + 500] ?? 0)));
    expect(Math.max(...errors)).toBeLessThanOrEqual(tolerance[encoding] + 2);
  });

  test.each([
    [1, 'int16', 16],
    [3, 'float32', 32],
    [6, 'alaw', 8],
    [7, 'mulaw', 8],
  ] as const)('WAVE_FORMAT_EXTENSIBLE with sub-format %i is %s', async (tag, encoding, bits) => {
    const plain = await encodeWav({ samples: ramp, sampleRate: 16000, channels: 1 }, { encoding });
    const data = plain.subarray(plain.length - ramp.length * (bits / 8));
    const extensible = riff([format(0xfffe, 1, 16000, bits, tag), chunk('data', data)]);
    expect((await decodeWav(extensible)).samples).toEqual((await decodeWav(plain)).samples);
    expect(await read(extensible)).toEqual((await decodeWav(plain)).samples);
  });

  test('20 bits lie at the top of 24', async () => {
    const bytes = riff([format(1, 1, 16000, 20), chunk('data', Buffer.from([0x00, 0x34, 0x12, 0x00, 0x00, 0x80]))]);
    expect([...(await read(bytes))]).toEqual([0x1234, -32768]);
  });

  test('floats beyond full scale clip, and what is not a number is silence', async () => {
    const data = Buffer.from(Float32Array.of(2, -2, NaN, Infinity, 0.5).buffer);
    const bytes = riff([format(3, 1, 16000, 32), chunk('data', data)]);
    expect([...(await read(bytes))]).toEqual([32767, -32768, 0, 0, 16384]);
    expect([...(await decodeWav(bytes)).samples]).toEqual([32767, -32768, 0, 0, 16384]);
  });
});

describe('the structure of the file', () => {
  const data = chunk('data', bytesOf(ramp));

  test.each([
    [
      'other chunks before the audio, also of odd length',
      riff([chunk('LIST', Buffer.alloc(13)), mono16k, chunk('fact', Buffer.alloc(4)), data]),
    ],
    ['other chunks behind the audio', riff([mono16k, data, chunk('LIST', Buffer.alloc(26, 'x'))])],
    ['sizes of 0xFFFFFFFF, as from a streaming recorder', riff([mono16k, chunk('data', bytesOf(ramp), 0xffffffff)], 0xffffffff)],
    ['sizes of 0 that were never filled in', riff([mono16k, chunk('data', bytesOf(ramp), 0)], 0)],
    ['sizes of an empty recording that were never filled in', riff([mono16k, chunk('data', bytesOf(ramp), 0)], 36)],
    ['less audio than announced', riff([mono16k, chunk('data', bytesOf(ramp), 50_000)])],
    [
      'half a sample at the end',
      riff([mono16k, chunk('data', Buffer.concat([bytesOf(ramp), Buffer.alloc(1)]), 50_000)]).subarray(0, -1),
    ],
    [
      'RF64',
      riff(
        [chunk('ds64', ds64(2000)), mono16k, chunk('data', bytesOf(ramp), 0xffffffff), chunk('LIST', Buffer.alloc(20))],
        0xffffffff,
        'RF64',
      ),
    ],
  ])('%s: all the audio is read, and nothing else', async (_, bytes) => {
    const path = await fileOf(bytes);
    expect(await readAll(path)).toEqual(ramp);
    expect((await decodeWav(bytes)).samples).toEqual(ramp);
    const reader = await openWav(path);
    expect(reader.durationMs).toBe(62.5);
    await reader.close();
  });

  test('a recording without a single sample is empty, not an error', async () => {
    const bytes = riff([mono16k, chunk('data', Buffer.alloc(0)), chunk('LIST', Buffer.alloc(8))]);
    expect(await read(bytes)).toHaveLength(0);
    expect((await decodeWav(bytes)).samples).toHaveLength(0);
  });

  function ds64(dataSize: number): Buffer {
    const body = Buffer.alloc(28);
    body.writeBigUInt64LE(BigInt(dataSize), 8);
    return body;
  }
});

describe('openWav', () => {
  test('chunks are as long as asked for, the last one is the rest', async () => {
    const path = await fileOf(riff([mono16k, chunk('data', bytesOf(ramp))]));
    const lengths: number[] = [];
    for await (const piece of await openWav(path, { chunkMs: 20 })) lengths.push(piece.length);
    expect(lengths).toEqual([320, 320, 320, 40]);
  });

  test('mono can be spread over more channels', async () => {
    const bytes = riff([mono16k, chunk('data', bytesOf(Int16Array.of(1, 2)))]);
    expect([...(await read(bytes, { channels: 2 }))]).toEqual([1, 1, 2, 2]);
  });

  test('the file is let go when the iteration is left early, and cannot be read twice', async () => {
    const reader = await openWav(await fileOf(riff([mono16k, chunk('data', bytesOf(ramp))])));
    for await (const _ of reader) break;
    expect(() => reader[Symbol.asyncIterator]()).toThrow('is already closed; open it again');
    await reader.close();
  });

  test('tells what the file is and how long', async () => {
    const reader = await openWav(
      await fileOf(await encodeWav({ samples: ramp, sampleRate: 8000, channels: 2 }, { encoding: 'mulaw' })),
      { sampleRate: 16000 },
    );
    expect(reader).toMatchObject({ sampleRate: 16000, channels: 1, durationMs: 62.5 });
    expect(reader.format).toEqual({ encoding: 'mulaw', sampleRate: 8000, channels: 2, blockAlign: 2 });
    await reader.close();
  });

  test('options that make no sense are refused before the file is touched', async () => {
    await expect(openWav('nowhere.wav', { chunkMs: 0 })).rejects.toThrow('chunkMs must be above 0');
    await expect(openWav('nowhere.wav', { sampleRate: 1.5 })).rejects.toThrow('openWav: sampleRate must be a whole number');
    await expect(openWav('nowhere.wav', { channels: 0 })).rejects.toThrow('channels must be a whole number of at least 1');
  });
});

describe('what is no usable WAV file gets one sentence', () => {
  const header = makeWavHeader({ encoding: 'int16', sampleRate: 16000, channels: 1, blockAlign: 2 }, 100);

  test.each([
    ['an empty file', Buffer.alloc(0), /is empty; record or export it again\.$/],
    ['another kind of file', Buffer.from('ID3 this is an MP3 file, surely'), /is not a WAV file; convert it/],
    [
      'a RIFF file of another kind',
      Buffer.concat([Buffer.from('RIFF\x10\0\0\0AVI ', 'latin1'), Buffer.alloc(20)]),
      /is not a WAV file/,
    ],
    ['a big-endian WAV file', Buffer.concat([Buffer.from('RIFX\0\0\0\x10WAVE', 'latin1'), Buffer.alloc(20)]), /big-endian/],
    [
      'an MP3 in a WAV file',
      riff([format(0x55, 1, 16000, 0), chunk('data', Buffer.alloc(4))]),
      /holds MP3, which is not supported; convert/,
    ],
    ['an unknown codec', riff([format(0x1234, 1, 16000, 16), chunk('data', Buffer.alloc(4))]), /unknown codec 0x1234/],
    ['integers of 64 bits', riff([format(1, 1, 16000, 64), chunk('data', Buffer.alloc(8))]), /holds 64-bit PCM/],
    [
      'no channels',
      riff([format(1, 0, 16000, 16), chunk('data', Buffer.alloc(4))]),
      /has 0 channels; export it again with 1 to 256/,
    ],
    ['a damaged number of channels', riff([format(1, 30000, 16000, 16), chunk('data', Buffer.alloc(4))]), /has 30000 channels/],
    ['no rate', riff([format(1, 1, 0, 16), chunk('data', Buffer.alloc(4))]), /has 0 samples a second/],
    ['audio before its format', riff([chunk('data', Buffer.alloc(4)), mono16k]), /audio before its format/],
  ])('%s', async (_, bytes, message) => {
    await expect(openWav(await fileOf(bytes))).rejects.toThrow(message);
    await expect(openWav(await fileOf(bytes))).rejects.toBeInstanceOf(WavError);
    await expect(decodeWav(bytes)).rejects.toThrow(message);
  });

  test('a header that is cut off anywhere', async () => {
    for (let length = 1; length < header.length; length++) {
      await expect(openWav(await fileOf(header.subarray(0, length)))).rejects.toThrow(
        /ends before its audio begins; copy or record it again\.$/,
      );
    }
  });

  test('no file, a directory, and a path through a file', async () => {
    const file = await fileOf(header);
    await expect(openWav(join(folder, 'nobody.wav'))).rejects.toThrow(/There is no file at ".*nobody\.wav"; check the path\.$/);
    await expect(openWav(folder)).rejects.toThrow(/is a directory; name a WAV file\.$/);
    await expect(openWav(join(file, 'inside.wav'))).rejects.toThrow(/is a file, not a directory; check the path\.$/);
  });

  test('any bytes at all give audio or a WavError, never something else', async () => {
    const mutated = fc.tuple(fc.nat(60), fc.uint8Array({ maxLength: 6 })).map(([at, bytes]) => {
      const whole = Buffer.concat([
        riff([mono16k, chunk('LIST', Buffer.alloc(5)), chunk('data', bytesOf(ramp.subarray(0, 20)))]),
      ]);
      whole.set(bytes, at);
      return whole;
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 100 }), mutated), async (bytes) => {
        await decodeWav(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(WavError));
        await read(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(WavError));
      }),
      { numRuns: 300 },
    );
  });
});
