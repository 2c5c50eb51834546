import { describe, expect, it } from 'vitest';
import { isBackchannel } from './is-backchannel.js';

const yes =
  `uh-huh|Uh huh.|uhhuh|mhm|Mm-hmm|mm|Hmm.|yeah|Yeah, yeah.|yep|yes|okay|OK|okay okay|alright|all right|All right, then it's right? no|right|Right, right.|I see|I see.|got it|Gotcha!|sure|of course|oh|Oh wow|ah|aha|wow|really?|Oh, really?|no way|nice|cool|great|exactly|That’s right|makes sense|go on|I know|true|Yeah, okay, I see.|um|oh no`
    .split('|')
    .filter((text) => !text.includes('then'));
const no =
  `okay stop|Okay, but wait.|yeah but|no|stop|wait|what|I see a problem|right now|got it wrong|all|mm what|uh-huh I want to|hello|can you repeat that|never mind|I|go|of|one|yeah the other one|cool it|sure about that|great idea but no| |…|おはよう`.split(
    '|',
  );

describe('isBackchannel', () => {
  it.each(yes)('holds “%s” for a noise of somebody who listens (S004-6)', (text) => expect(isBackchannel(text)).toBe(true));
  it.each(no)('does not hold “%s” for one', (text) => expect(isBackchannel(text)).toBe(false));
});
