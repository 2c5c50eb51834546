import type { RealtimeLogLine } from '@voxrill/realtime-server';

/** A log for a person who asks what went wrong: an event a line, shortened, and events that follow in numbers as one. */
export function wireStory(lines: readonly RealtimeLogLine[]): string {
  const told: string[] = [];
  let repeated = 0;
  for (const [index, { dir, event }] of lines.entries()) {
    const type = 'type' in event ? event.type : 'unreadable';
    const next = lines[index + 1];
    if (next !== undefined && next.dir === dir && 'type' in next.event && next.event.type === type && /append|delta/.test(type)) {
      repeated++;
      continue;
    }
    told.push(`${dir} ${repeated > 0 ? `${repeated + 1} × ` : ''}${JSON.stringify(event).slice(0, 300)}`);
    repeated = 0;
  }
  return `${told.join('\n')}\n`;
}
