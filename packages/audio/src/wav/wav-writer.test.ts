import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWavWriter } from './create-wav-writer.js';
import { decodeWav } from './decode-wav.js';
import { openWav } from './open-wav.js';
import { WavError } from './wav-error.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wav-'));
});
afterEach(() => rm(folder, { recursive: true }));

const mono = { sampleRate: 16000, channels: 1 };

describe('createWavWriter', () => {
  test('what was written in pieces is read back as one, whatever the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.int16Array({ maxLength: 300 })), fc.integer({ min: 1, max: 3 }), async (noises, channels) => {
        const pieces = noises.map((noise) => noise.slice(0, noise.length - (noise.length % channels)));
        const writer = await createWavWriter(join(folder, 'a.wav'), { sampleRate: 24000, channels });
        for (const piece of pieces) await writer.write(piece);
        await writer.close();
        const bytes = await readFile(join(folder, 'a.wav'));
        const samples = Int16Array.from(pieces.flatMap((piece) => [...piece]));
        expect(await decodeWav(bytes)).toEqual({ samples, sampleRate: 24000, channels });
        expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8);
        expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44);
      }),
      { numRuns: 40 },
    );
  });

  test('a long recording reaches the disk in order, also when nobody waits for each write', async () => {
    const writer = await createWavWriter(join(folder, 'long.wav'), mono);
    const minute = Int16Array.from({ length: 960_000 }, (_, i) => i % 32768);
    const writes: Promise<void>[] = [];
    for (let i = 0; i < minute.length; i += 7777) writes.push(writer.write(minute.subarray(i, i + 7777)));
    await Promise.all(writes);
    expect(writer.durationMs).toBe(60_000);
    await writer.close();
    let at = 0;
    let wrong = 0;
    for await (const chunk of await openWav(join(folder, 'long.wav')))
      for (const sample of chunk) if (sample !== at++ % 32768) wrong++;
    expect([at, wrong]).toEqual([960_000, 0]);
  });

  test('samples are copied, so that the caller may use the array again at once', async () => {
    const writer = await createWavWriter(join(folder, 'a.wav'), mono);
    const samples = Int16Array.of(1, 2, 3);
    const written = writer.write(samples);
    samples.fill(0);
    await written;
    await writer.close();
    expect([...(await decodeWav(await readFile(join(folder, 'a.wav')))).samples]).toEqual([1, 2, 3]);
  });

  test('nothing has the name until the file is whole, and nothing else is left behind', async () => {
    const path = join(folder, 'reply.wav');
    await writeFile(path, 'older');
    const writer = await createWavWriter(path, mono);
    await writer.write(new Int16Array(100_000));
    expect(await readFile(path, 'utf8')).toBe('older');
    await writer.close();
    expect((await readFile(path)).length).toBe(200_044);
    expect(await readdir(folder)).toEqual(['reply.wav']);
  });

  test('after an abort whatever was there before is still there, and nothing else', async () => {
    await writeFile(join(folder, 'reply.wav'), 'older');
    const writer = await createWavWriter(join(folder, 'reply.wav'), mono);
    await writer.write(new Int16Array(100_000));
    await writer.abort();
    await writer.abort();
    expect(await readFile(join(folder, 'reply.wav'), 'utf8')).toBe('older');
    expect(await readdir(folder)).toEqual(['reply.wav']);
    await expect(writer.write(new Int16Array(1))).rejects.toThrow('is already aborted');
    await expect(writer.close()).rejects.toThrow('is already aborted');
  });

  test('closing twice is closing once, and an abort afterwards changes nothing', async () => {
    const writer = await createWavWriter(join(folder, 'a.wav'), mono);
    await Promise.all([writer.close(), writer.close()]);
    await writer.abort();
    expect((await decodeWav(await readFile(join(folder, 'a.wav')))).samples).toHaveLength(0);
    await expect(writer.write(new Int16Array(1))).rejects.toThrow('is already closed; create another writer');
  });

  test('a link keeps pointing to the file that is replaced', async () => {
    await writeFile(join(folder, 'real.wav'), 'older');
    await symlink(join(folder, 'real.wav'), join(folder, 'link.wav'));
    const writer = await createWavWriter(join(folder, 'link.wav'), mono);
    await writer.close();
    expect((await readFile(join(folder, 'real.wav'))).length).toBe(44);
  });

  test('two writers of one name do not disturb each other; the last to close has the name', async () => {
    const path = join(folder, 'a.wav');
    const [first, second] = [await createWavWriter(path, mono), await createWavWriter(path, mono)];
    await first.write(Int16Array.of(1));
    await second.write(Int16Array.of(2));
    await second.close();
    await first.close();
    expect([...(await decodeWav(await readFile(path))).samples]).toEqual([1]);
  });

  test('an impossible place is refused at once, in one sentence', async () => {
    await expect(createWavWriter(join(folder, 'none', 'a.wav'), mono)).rejects.toThrow(
      /The directory of ".*a\.wav" does not exist; create it first\.$/,
    );
    await expect(createWavWriter(folder, mono)).rejects.toThrow(/is a directory; name a file in it\.$/);
    await expect(createWavWriter('/dev/null', mono)).rejects.toThrow(/is a device or a pipe; name a regular file/);
    await writeFile(join(folder, 'file'), '');
    await expect(createWavWriter(join(folder, 'file', 'a.wav'), mono)).rejects.toBeInstanceOf(WavError);
    await expect(createWavWriter(join(folder, 'a.wav'), { sampleRate: 0 })).rejects.toThrow('sampleRate must be a whole number');
    expect(await readdir(folder)).toEqual(['file']);
  });

  // The superuser may write anywhere.
  test.skipIf(process.getuid?.() === 0)('a directory or a file without permission is refused at once', async () => {
    const locked = join(folder, 'locked');
    await mkdir(locked);
    await chmod(locked, 0o500);
    await expect(createWavWriter(join(locked, 'a.wav'), mono)).rejects.toThrow('may not be accessed');
    await writeFile(join(folder, 'readonly.wav'), '', { mode: 0o400 });
    await expect(createWavWriter(join(folder, 'readonly.wav'), mono)).rejects.toThrow('may not be accessed');
  });

  test('a directory that vanishes meanwhile fails the close and leaves no unhandled rejection', async () => {
    const inner = join(folder, 'inner');
    await mkdir(inner);
    const writer = await createWavWriter(join(inner, 'a.wav'), mono);
    void writer.write(new Int16Array(50_000));
    await rm(inner, { recursive: true });
    await expect(writer.close()).rejects.toBeInstanceOf(WavError);
    void writer.write(new Int16Array(50_000));
  });

  test('who writes on and on without waiting is stopped before memory is full', async () => {
    const writer = await createWavWriter(join(folder, 'a.wav'), mono);
    const second = new Int16Array(1_000_000);
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => writer.write(second)));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(String(refused[0]?.reason)).toContain('wait for each write to finish');
    await writer.close();
    expect((await readFile(join(folder, 'a.wav'))).length).toBe(44 + (12 - refused.length) * 2_000_000);
  });
});
