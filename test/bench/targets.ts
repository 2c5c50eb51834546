/** What the figures have to reach, in their own unit. */
export const targets: ReadonlyMap<string, string> = new Map([
  ['hop.pass-through', '≤ 0.1'],
  ['first-audio.turn-1', '≤ 0.3'],
  ['first-audio.turn-400', '≤ 0.3'],
  ['first-audio.turn-400-to-turn-1', '≤ 1.2'],
  ['first-audio.50-sessions', '≤ 10'],
  ['barge-in.idle', '≤ 0.1'],
  ['barge-in.behind-200', '≤ 0.1'],
  ['barge-in.behind-10000', '≤ 0.1'],
  ['silent.frame', '≤ 10'],
  ['silent.frame.50-sessions', '≤ 10'],
  ['heap.session.1', '≤ 0.2'],
  ['heap.session.100', '≤ 0.2'],
  ['heap.session.1000', '≤ 0.2'],
  ['import.core', '≤ 100'],
  ['memory.10-million-frames', 'as before'],
  ['memory.1-million-frames-of-silence', 'as before'],
]);
