import { factsOf } from '../facts.js';
import type { Rule } from '../rule.js';
import { offers } from './abilities.js';

interface Phrase {
  readonly name: string;
  readonly said: RegExp;
  /** Longer sentences only mention it. */
  readonly mostWords: number;
  readonly reply: string;
}

// biome-ignore format: one phrase a line reads as a table
const phrases: readonly Phrase[] = [
  { name: 'stop', said: /^(?:no )?(?:please )?(?:stop|be quiet|shut up|enough|quiet|hold on|wait|hang on|one moment|just a (?:second|moment|minute)|silence)\b/, mostWords: 6, reply: 'All right, I will wait.' },
  { name: 'farewell', said: /\b(?:good ?bye|bye|see you|farewell|talk to you later|good night|hang up|have a (?:nice|good|great) (?:day|evening|one))\b/, mostWords: 12, reply: 'Goodbye! It was nice to talk to you.' },
  { name: 'thanks', said: /^(?:\w+ ){0,3}(?:thanks|thank you|cheers|much appreciated)\b/, mostWords: 10, reply: 'You are welcome. Is there anything else I can do for you?' },
  { name: 'well-being', said: /\bhow are you\b|\bhow is it going\b|\bhow do you do\b|\bhow have you been\b|\bwhat is up$|\bhow are things\b/, mostWords: 10, reply: 'I am fine, thank you. How can I help you?' },
  { name: 'hearing', said: /\b(?:can|do) you hear me\b|\bare you (?:still )?there\b|\banybody (?:home|there)\b|^(?:testing|test|mic check)\b|\bis this (?:thing )?(?:on|working)\b/, mostWords: 8, reply: 'Yes, I can hear you. How can I help?' },
  { name: 'joke', said: /\b(?:joke|make me laugh|something funny)\b/, mostWords: 12, reply: 'Why did the clock go to the doctor? It had too much time on its hands. That is my only joke.' },
  { name: 'praise', said: /^(?:\w+ ){0,3}(?:good job|well done|very good|great|awesome|perfect|excellent|wonderful|amazing|cool|nice|fantastic|lovely|i like you|you are (?:\w+ )?(?:good|great|nice|funny|smart|helpful))$/, mostWords: 7, reply: 'I am glad to hear that. Is there anything else?' },
  { name: 'apology', said: /^(?:i am )?(?:so |very )?sorry$|\bmy (?:mistake|bad)$/, mostWords: 6, reply: 'No problem at all. What can I do for you?' },
  { name: 'complaint', said: /^(?:no )?(?:that is|you are|this is) (?:\w+ )?(?:wrong|bad|stupid|terrible|useless|not right|incorrect|not what i (?:said|meant))\b/, mostWords: 9, reply: 'I am sorry about that. Please say it once more in other words.' },
  { name: 'yes', said: /^(?:yes|yeah|yep|yup|sure|okay|ok|alright|all right|of course|right|certainly|absolutely|fine|exactly|correct|uh huh|got it|i see)(?: (?:please|sure|of course|okay|yes|thank you))*$/, mostWords: 4, reply: `Good. What would you like? I can ${offers}.` },
  { name: 'no', said: /^(?:no|nope|nah|not really|nothing|nothing else|that is (?:all|it)|no thanks|no thank you|never mind|nevermind|forget it|leave it)(?: (?:thanks|thank you|please|no|more|then))*$/, mostWords: 6, reply: 'All right. Just tell me when you need something.' },
];

/** Greets, thanks, says goodbye and the like. */
export const smallTalkRule: Rule = {
  name: 'small-talk',
  answer({ said }) {
    const words = said.words.length;
    return phrases.find((phrase) => words <= phrase.mostWords && (phrase.said.test(said.plain) || phrase.said.test(said.ask)))
      ?.reply;
  },
};

const greeting =
  /^(?:(?:oh|well|yes|so|um|uh) )*(?:hello|hi|hey|good (?:morning|afternoon|evening|day)|greetings|howdy|welcome|hiya)\b/;

/** Answers a greeting that asks for nothing else. */
export const greetingRule: Rule = {
  name: 'greeting',
  answer({ said, conversation }) {
    if (!greeting.test(said.plain) || said.words.length > 12) return undefined;
    const name = factsOf(conversation.turns).get('name');
    const whom = name === undefined ? 'Hello!' : `Hello, ${name}!`;
    return conversation.lastReply === ''
      ? `${whom} I am a small rule-based assistant. How can I help you?`
      : `${whom} How can I help you?`;
  },
};
