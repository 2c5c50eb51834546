import { describe, expect, it } from 'vitest';
import { answer } from './answer.js';
import { Talk } from './test-support/talk.js';

const wallClock = () => new Date('2026-05-01T15:05:00Z');
type Line = readonly [user: string, reply: RegExp, heardTo?: string];

const conversations: Readonly<Record<string, readonly Line[]>> = {
  'takes an order by voice, asks for one thing at a time, and changes it': [
    ['Hello', /rule-based assistant.*How can I help/],
    ["I'd like to order 400 strawberries.", /^400 strawberries, noted\. What name/],
    ['Anna', /Thank you, Anna\. When/],
    ['tomorrow at three', /400 strawberries for Anna, delivered tomorrow at three\. Is that right\?/],
    ['make that 300', /300 strawberries for Anna/],
    ['yes', /order is noted: 300 strawberries/],
    ['what did I order?', /You ordered 300 strawberries/],
    ['cancel my order', /cancelled the order/],
    ['what did I order?', /You cancelled your order/],
  ],
  'understands an order in number words, and comes back to it after an aside': [
    ['four hundred strawberries please', /^400 strawberries, noted/],
    ['what time is it?', /3:05 in the afternoon\. Now, back to your order\. What name/],
    ['my name is Bob', /Thank you, Bob/],
    ['on Friday', /delivered on Friday/],
    ['no', /What shall I change/],
    ['change the name to Carl', /for Carl/],
    ['add 20 bananas', /400 strawberries and 20 bananas/],
    ['remove the strawberries', /You now have 20 bananas/],
    ["yes, that's right", /noted: 20 bananas for Carl/],
  ],
  'asks what and how many when an order says neither': [
    ['I want to place an order', /What would you like to order/],
    ['strawberries', /How many strawberries/],
    ['about four hundred', /400 strawberries, good/],
    ['Actually, make it two dozen raspberries', /24 raspberries/],
    ['for Anna, tomorrow morning', /24 raspberries for Anna, delivered tomorrow morning/],
    ['yes please', /noted/],
  ],
  'takes several things at once and knows the name already': [
    ['My name is Maria.', /Nice to meet you, Maria/],
    ['Can I get two coffees and a dozen eggs?', /2 coffees and 12 eggs, noted\. When/],
    ['as soon as possible', /for Maria, delivered as soon as possible/],
  ],
  'notes a table': [
    ['I would like to book a table for four people tomorrow evening.', /table for 4 people, gladly\. What name/],
    ['Anna', /a table for 4 people, tomorrow evening, under the name Anna\. Is that right/],
    ['Make it five people', /table for 5 people/],
    ['yes', /noted a table for 5 people.*only a note/],
  ],
  'keeps apart what is asked about an order from what is ordered': [
    ['I need 3 boxes of red apples', /3 boxes of red apples, noted/],
    ['and 2 pears', /3 boxes of red apples and 2 pears/],
    ['make it 4 boxes', /4 boxes of red apples and 2 pears/],
    ['How many pears did I order?', /4 boxes of red apples and 2 pears/],
    ['for Tom', /Thank you, Tom/],
    ['now', /for Tom, delivered as soon as possible/],
    ['yes', /noted/],
    ['never mind', /All right/],
    ['Can you repeat my order?', /You ordered 4 boxes of red apples and 2 pears for Tom/],
  ],
  'takes a number before it knows of what': [
    ['order', /What would you like to order/],
    ['20', /What would you like to order/],
    ['apples', /^20 apples/],
  ],
  'has nothing to cancel or to sum up when nothing was ordered': [
    ['what did I order?', /not ordered anything yet/],
    ['cancel my order', /no order that I could cancel/],
  ],
  'remembers what was said earlier': [
    ['my name is Anna', /Nice to meet you, Anna/],
    ['I live in paris and my favorite color is blue.', /favourite colour is blue/],
    ['what is my name?', /^Your name is Anna\.$/],
    ["what's my favourite colour", /favourite colour is blue/],
    ['where do I live?', /You live in Paris/],
    ['Remember that my keys are in the drawer.', /your keys are in the drawer/],
    ['where are my keys?', /keys are in the drawer/],
    ['what do you know about me?', /Anna.*blue.*Paris.*keys/],
    ['how old am I?', /not told me that yet/],
    ["what's my shoe size?", /not told me your shoe size/],
    ['I have a dog called Rex', /your dog's name is Rex/],
    ['what is the name of my dog?', /Rex/],
    ['My name is Berta', /Berta/],
    ['do you remember my name?', /Your name is Berta/],
  ],
  'tells the time and the date': [
    ['What time is it?', /^It is 3:05 in the afternoon\.$/],
    ['what time is it in Tokyo', /In Tokyo it is 12:05 in the morning/],
    ["what's the date today?", /Friday 1 May 2026/],
    ['What day is it?', /Friday/],
  ],
  'counts, and goes on after it was cut off': [
    ['Count to twenty.', /^One, two, three, four, five\. .*twenty\.$/, 'Six, seven'],
    ['go on', /^Eight, nine.*twenty\.$/],
    ['count from five to one', /^Five, four, three, two, one\.$/],
    ['count down from three', /^Three, two, one\.$/],
    ['count to 100 by tens', /^Ten, twenty.*one hundred\.$/],
  ],
  'tells a story, and goes on where it was cut off': [
    ['Please tell me a long story.', /lighthouse/, 'Its keeper was a woman'],
    ['what did you say?', /I said:/],
    ['go on', /^I will go on\. Its keeper was a woman.*end of the story\.$/],
    ['another story please', /Oren/],
  ],
  'does sums': [
    ['what is 12 times 7', /^That is 84\.$/],
    ['twelve plus seven minus two', /^That is 17\.$/],
    ['What is two plus two times two?', /^That is 6\.$/],
    ['what is fifteen percent of eighty', /^That is 12\.$/],
    ['12*7', /84/],
    ["what's ten divided by zero?", /cannot divide by zero/],
    ['how much is 10 divided by 3', /about 3\.3333/],
  ],
  'says what it is, what it can do and what it cannot': [
    ['Who are you?', /rule model.*rule-based/],
    ['are you a robot', /rule-based program/],
    ['What can you do?', /take an order.*tell a story/],
    ['Can you drive a car?', /cannot do that.*rule-based/],
    ['Why is the sky blue?', /do not know/],
    ['What is the weather in Paris?', /cannot look up the weather/],
    ['Play some jazz', /cannot play music/],
    ['Can you help me?', /take an order/],
  ],
  'is polite': [
    ['Hi there!', /Hello!.*How can I help/],
    ['How are you?', /fine, thank you/],
    ['Thank you very much', /You are welcome/],
    ['pardon?', /I said: You are welcome/],
    ['Thank you for calling. Goodbye!', /Goodbye!/],
  ],
  'answers any recorded sentence sensibly': [
    [
      'And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country.',
      /heard you say: “ask what you can do for your country\.”.*I can|could|like/,
    ],
    [
      'and so my fellow americans ask not what your country can do for you ask what you can do for your country',
      /heard you say: “and so my fellow americans/,
    ],
    [
      'and mister john dashwood had then leisure to consider how much there might be prudently in his power to do for them',
      /heard you say/,
    ],
    ['He was not an ill-disposed young man.', /“He was not an ill-disposed young man\.”/],
    ['had he married a more amiable woman he might have been made still more respectable than he was', /heard you say/],
    ['Go forward ten meters.', /heard the command: go forward ten meters.*no wheels/],
    ['go somewhere and do something', /no wheels/],
    ['ten of clubs', /the ten of clubs/],
    ['eight of spades four of clubs seven of hearts', /eight of spades, the four of clubs and the seven of hearts.*3 cards/],
    ['Hello, how can I help you today?', /Hello!/],
    ['Your appointment is confirmed for Tuesday at three fifteen in the afternoon.', /heard you say/],
    ['Please hold while I transfer you to a specialist.', /heard you say/],
    ['My phone number is five five five, zero one two three.', /phone number is five five five, zero one two three/],
    ['...', /did not catch any words/],
    ['', /did not catch any words/],
  ],
};

describe('the rule model', () => {
  it.each(Object.entries(conversations))('%s', (_title, lines) => {
    const talk = new Talk([], { wallClock, timeZone: 'UTC' });
    for (const [user, reply, heardTo] of lines) expect(talk.say(user, heardTo).text, user).toMatch(reply);
  });

  it('says that it has no clock when it was given none', () => {
    const talk = new Talk();
    expect(talk.say('What time is it?').text).toMatch(/no clock/);
    expect(talk.say('What is the date?').text).toMatch(/no calendar/);
  });

  it('greets when nobody has said anything, and asks whether somebody is there when told of silence', () => {
    expect(answer({ messages: [], tools: [] }).text).toMatch(/How can I help you/);
    expect(answer({ messages: [{ role: 'system', content: 'Be brief.' }], tools: [] }).text).toMatch(/How can I help you/);
    const talk = new Talk();
    talk.say('Hello');
    talk.messages.push({ role: 'developer', content: 'The user has been silent for a while.' });
    expect(answer({ messages: talk.messages, tools: [] }).text).toBe('Are you still there?');
  });

  it('tells a story of at least twenty sentences', () => {
    const { text } = new Talk().say('Tell me a story');
    expect(text.split(/[.?!] /).length).toBeGreaterThan(20);
  });

  it('never uses markup', () => {
    const talk = new Talk([], { wallClock });
    for (const lines of Object.values(conversations))
      for (const [user] of lines) expect(talk.say(user).text).not.toMatch(/[*_#`]|^\s*-/m);
  });
});
