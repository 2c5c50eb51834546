import type { ParsedRealtimeEvent, RealtimeClientEvent } from '@voxrill/openai';

/** What an event that is not audio is taken to weigh while it waits. */
const usualBytes = 1024;

/** About how much memory an event keeps. */
export function sizeOfEvent(parsed: ParsedRealtimeEvent<RealtimeClientEvent>): number {
  if (parsed.kind === 'event' && parsed.event.type === 'input_audio_buffer.append') return parsed.event.audio.length;
  if (parsed.kind !== 'event') return usualBytes;
  return usualBytes + JSON.stringify(parsed.raw).length;
}
