import { describe, expect, it } from 'vitest';
import { calling, userText } from './call-harness.js';

describe('the idle time of the turn detection', () => {
  it.each(['beta', 'beta-2024-10', 'azure-preview'] as const)(
    'does nothing in %s, which has no event for it',
    async (dialect) => {
      const turn_detection = { type: 'server_vad', idle_timeout_ms: 5_000 } as const;
      const call = await calling({ dialect, settings: { type: 'realtime', audio: { input: { turn_detection } } } });
      call.send({ type: 'session.update', session: { turn_detection } }, userText('Hello.'), { type: 'response.create' });
      await call.pass(20_000);
      expect(call.of('session.updated')).toHaveLength(1);
      expect(call.of('error')).toEqual([]);
      expect(call.of('input_audio_buffer.committed')).toEqual([]);
      expect(call.of('response.done')).toHaveLength(1);
      await call.end();
    },
  );
});
