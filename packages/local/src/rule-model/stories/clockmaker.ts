import type { Story } from './story.js';

/** Another story, for whoever has heard the first. Written for this project. */
export const clockmaker: Story = {
  title: 'the clock that ran late',
  sentences: [
    'In a town on a hill there lived a clockmaker named Oren, whose clocks were never wrong.',
    'People set their day by them, and the baker, the teacher and the night watchman all agreed on the hour.',
    'Only one clock in the town ran late, and it was the big one on the town hall.',
    'Each day it lost a single minute.',
    'The mayor asked Oren to repair it, and Oren went up into the tower with his bag of tools.',
    'He oiled the wheels, polished the weights, and listened to the beat with his ear on the wood.',
    'Nothing was worn, and nothing was bent.',
    'The next day the clock was late by a minute again.',
    'Oren carried his chair into the tower, and a blanket, and a pot of soup, and kept watch.',
    'The clock struck one, and two, and three, and lost nothing.',
    'At four in the afternoon he heard small feet on the stairs.',
    'A girl came in with a paper bag, and did not see him in the shadow.',
    'She opened the case, and held the pendulum still with one finger.',
    'Then she counted slowly to sixty, let go, and turned to leave.',
    'Oren coughed, and the girl dropped the bag.',
    'Out of it rolled six plums.',
    'He asked her why she stole a minute from the whole town.',
    'She said that her mother worked in the laundry until five, and her school closed at four.',
    'In that hour she was always alone, so each day she made her mother stop one minute sooner, to see whether anybody would mind.',
    'Oren explained that a late clock made her mother stop one minute later.',
    'The girl thought about it, and turned red, and then they both began to laugh.',
    'From that day on she spent the hour between four and five in his workshop.',
    'She learned to oil a wheel, and to hear a worn tooth, and to share her plums.',
    'The clock on the town hall has been right ever since.',
    'And when she was grown, people set their day by her clocks too.',
  ],
};
