import type { Rule } from '../rule.js';

const command =
  /^(?:go|move|walk|drive|turn|roll|run|fly|step|come|head|jump|march|back up|advance)\b(?: \S+){0,2}? ?(?:forwards?|backwards?|back|left|right|up|down|ahead|straight|around|away|here|somewhere|there|home|north|south|east|west|to the)\b/;

/** Hears a command for something with wheels or legs, and says that it has none. */
export const movementRule: Rule = {
  name: 'movement',
  answer({ said }) {
    if (!command.test(said.ask) || said.words.length > 14) return undefined;
    return `I heard the command: ${said.ask}. But I have no wheels and no legs, so I cannot move. I can only talk.`;
  },
};
