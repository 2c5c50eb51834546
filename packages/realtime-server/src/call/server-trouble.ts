import type { RealtimeErrorDetail } from '@voxrill/openai';

/** What a client is told of something that was thrown on this side. */
export const serverTrouble = (error: unknown): RealtimeErrorDetail => ({
  type: 'server_error',
  code: 'server_error',
  message: error instanceof Error ? error.message : String(error),
  param: null,
  event_id: null,
});
