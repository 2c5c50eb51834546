import type { Socket } from 'node:net';
import { inputTransport, outputTransport, pacedSink, ServiceError } from '@voxrill/core';

/** Both ends of a line that carries 16-bit mono PCM over TCP, and nothing else. */
export function tcpTransport(socket: Socket, { sampleRate = 16_000 } = {}) {
  const input = inputTransport({
    open: (port) => {
      let odd = Buffer.alloc(0);
      // A sample may come in two pieces.
      const hear = (bytes: Buffer): void => {
        const all = Buffer.concat([odd, bytes]);
        const samples = Int16Array.from({ length: all.length >> 1 }, (_, i) => all.readInt16LE(i * 2));
        odd = all.subarray(samples.length * 2);
        port.session.guard('tcp input', () => port.audio({ samples, sampleRate, channels: 1 }));
      };
      const hungUp = (): void => port.session.end({ reason: 'The user hung up.' });
      socket.on('data', hear).once('end', hungUp);
      socket.once('error', (cause) => port.fail(new ServiceError('connectivity', 'The line broke.', { usable: false, cause })));
      return () => void socket.off('data', hear).off('end', hungUp);
    },
  });
  const output = outputTransport({
    prepare: (session) => session.onClose(() => void socket.end()),
    openSink: (format, session) => {
      const play = ({ buffer, byteOffset, byteLength }: Int16Array): void =>
        void socket.write(new Uint8Array(buffer, byteOffset, byteLength).slice());
      return pacedSink({ play }, format, session);
    },
  });
  return { input, output };
}
