import type { Fault } from '../fault.js';
import type { Invariant } from '../observed-call.js';
import { spokenWords } from './spoken-words.js';

export const noDeadAudio: Invariant = {
  name: 'no dead audio',
  sentence: 'No audio of a dead turn is ever played.',
  check(call) {
    const faults: Fault[] =
      call.staleMs === 0 ? [] : [{ what: `${Math.round(call.staleMs)} ms of audio were played in a later turn.` }];
    const { heard, unknown } = spokenWords(call);
    for (const word of unknown) faults.push({ what: `“${word}” was heard, and the voice was never given it.` });
    for (const { word, utterance, heardInTurn, heardAtMs: atMs } of heard) {
      if (utterance.turn === heardInTurn) continue;
      faults.push({ what: `“${word}” was heard in turn ${heardInTurn}, and was made in turn ${utterance.turn}.`, atMs });
    }
    return faults;
  },
};
