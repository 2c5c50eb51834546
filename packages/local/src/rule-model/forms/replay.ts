import type { Conversation } from '../conversation.js';
import { factsOf, introducedName, nameAt } from '../facts.js';
import { spokenNumbers } from '../number-words.js';
import { titleCase } from '../sentence.js';
import type { Utterance } from '../utterance.js';
import { whenPhrase } from '../when.js';
import { type Form, type FormEvent, missingSlot } from './form.js';
import { bareGoods, countedGoods, orderLines } from './order-lines.js';

/** The forms of a call, and what its last turn did. */
export interface FormState {
  readonly order?: Form | undefined;
  readonly table?: Form | undefined;
  /** The form that was spoken of last. */
  readonly active?: 'order' | 'table' | undefined;
  /** What the last turn did; `undefined` when it was about something else. */
  readonly event?: FormEvent | undefined;
}

// Older turns no longer change a form that people remember.
const mostTurns = 200;

const tableWish =
  /\b(?:book|reserve|get|have|want|like|need|reservation|booking)\b.*\btable\b|\btable for\b|\b(?:make|book) a (?:reservation|booking)\b/;
const cancelled =
  /\b(?:cancel|forget|scrap|drop|delete)\b(?: (?:it|that|this|all|everything|about|(?:my|the|this|that) (?:\w+ )?(?:order|table|reservation|booking)))+$/;
const dropped = /^(?:cancel|never ?mind|forget it)$/;
const changing =
  /\b(?:make (?:it|that|them|this)|change|instead|actually|rather|i (?:meant|mean|said)|correction|no|not|only|switch)\b/;
const confirming =
  /^(?:yes|yeah|yep|yup|sure|correct|right|exactly|that is (?:right|correct|fine|it|all)|sounds (?:good|right|great)|perfect|go ahead|please do|ok|okay|of course|confirm(?:ed)?|do it|place (?:it|the order)|looks good|great|fine|absolutely)\b/;
const declining = /^(?:no|nope|not (?:yet|quite|really)|wrong|that is (?:wrong|not))\b/;
const notSlot = /\b(?:what|who|why|how|story|joke|time is|count|stop|repeat|again|hello|weather|remember|you)\b/;
const anyTime = /\b(?:any ?time|whenever|does not matter|do not care|no preference|as soon as|asap|now)\b/;

const named = (said: Utterance): string | undefined => {
  const introduced = introducedName(said);
  if (introduced !== undefined) return introduced;
  const at = said.words.findIndex(
    (word, index) => ['for', 'under'].includes(word.word) && /^\p{Lu}/u.test(said.words[index + 1]?.raw ?? ''),
  );
  if (at < 0 || whenPhrase(said.words[at + 1]?.word ?? '') !== undefined) return undefined;
  return nameAt(said, at + 1);
};

/** A bare answer to “what name?”. */
function bareName(said: Utterance): string | undefined {
  const rest = said.words.filter(
    (word) => !/^(?:it|is|under|for|the|name|put|my|on|um|uh|please|just|well|say|of|mr|mrs|ms|use|to|a)$/.test(word.word),
  );
  const first = rest[0];
  if (first === undefined || rest.length > 3 || notSlot.test(said.plain) || confirming.test(said.ask)) return undefined;
  if (rest.some((word) => !/^\p{L}/u.test(word.raw)) || declining.test(said.plain)) return undefined;
  return titleCase(rest.map((word) => word.raw).join(' '));
}

function people(said: Utterance): number | undefined {
  const counted = spokenNumbers(said.words).find((one) => {
    const behind = said.words[one.to]?.word ?? '';
    const before = said.words[one.from - 1]?.word ?? '';
    return (
      /^(?:people|persons?|guests?|of|adults|friends|seats)$/.test(behind) ||
      (before === 'for' && !/^(?:pm|am|o'clock|p|a)$/.test(behind))
    );
  });
  return counted?.value;
}

const opened = (form: Form): Form => ({ ...form, state: 'open', asked: undefined });

/** The parts that any sentence may carry along: a name and a time. */
function withExtras(form: Form, said: Utterance): Form {
  const name = named(said) ?? form.name;
  const when = whenPhrase(said.plain)?.text ?? form.when;
  return { ...form, name, when };
}

type Step = { readonly form: Form; readonly event: FormEvent };

function changedOrder(form: Form, said: Utterance): Step | undefined {
  const removed = /\b(?:remove|without|take off|no more|leave out) (?:the )?(\p{L}+)$/u.exec(said.ask)?.[1];
  if (removed !== undefined) {
    const lines = form.lines.filter((line) => !(line.item ?? '').includes(removed.replace(/s$/, '')));
    return lines.length === form.lines.length ? undefined : { form: { ...opened(form), lines }, event: 'removed' };
  }
  if (!changing.test(said.plain) || said.words.length > 16) return undefined;
  const nameChange = /\bname\b/.test(said.plain) ? (introducedName(said) ?? renamed(said)) : undefined;
  if (nameChange !== undefined) return { form: { ...opened(form), name: nameChange }, event: 'changed' };
  const when = whenPhrase(said.plain)?.text;
  const swap = /\b(?:change|switch) (?:the )?([\p{L} ]+?) (?:to|for|into) (?:the )?([\p{L} ]+)$/u.exec(said.ask);
  const from = swap?.[1] ?? '';
  const swapped = form.lines.findIndex((line) => from !== '' && (line.item ?? '').includes(from));
  if (swap !== null && swapped >= 0 && spokenNumbers(said.words).length === 0) {
    const lines = form.lines.map((line, index) => (index === swapped ? { ...line, item: swap[2] ?? line.item } : line));
    return { form: { ...opened(form), lines }, event: 'changed' };
  }
  // “not 400 but 300”: the last number is what is meant.
  const number = when === undefined ? spokenNumbers(said.words).at(-1) : undefined;
  if (number !== undefined && Number.isInteger(number.value) && number.value > 0) {
    const spokenOf = form.lines.findIndex((line) => line.item !== undefined && said.plain.includes(line.item.replace(/s$/, '')));
    const goods = spokenOf < 0 ? countedGoods(said)[0]?.item : undefined;
    // “make it four boxes” still means the boxes of apples.
    const partly =
      goods === undefined ? -1 : form.lines.findIndex((line) => line.item?.includes(goods.replace(/s$/, '')) === true);
    const meant = Math.max(spokenOf, partly);
    const at = meant >= 0 ? meant : form.lines.length - 1;
    const renamedTo = partly < 0 ? goods : undefined;
    const lines = form.lines.map((line, index) =>
      index === at ? { item: renamedTo ?? line.item, quantity: number.value } : line,
    );
    return lines.length === 0 ? undefined : { form: { ...opened(form), lines }, event: 'changed' };
  }
  if (when !== undefined) return { form: { ...opened(form), when }, event: 'changed' };
  const made =
    /\bmake (?:it|that|them) (?:the )?(\p{L}[\p{L} ]*)$/u.exec(said.ask)?.[1] ??
    /^(?:no |actually )*(\p{L}+) (?:instead|rather)$/u.exec(said.ask)?.[1];
  if (made === undefined || form.lines.length === 0 || /^(?:a|so|quick|snappy|up|stop|louder)\b/.test(made)) return undefined;
  const lines = form.lines.map((line, index) =>
    index === form.lines.length - 1 ? { ...line, item: made.replace(/ instead$/, '') } : line,
  );
  return { form: { ...opened(form), lines }, event: 'changed' };
}

function renamed(said: Utterance): string | undefined {
  const at = said.words.findIndex((word) => word.word === 'to');
  return at < 0 ? undefined : nameAt(said, at + 1);
}

function changedTable(form: Form, said: Utterance): Step | undefined {
  if (!changing.test(said.plain) || said.words.length > 16) return undefined;
  const name = /\bname\b/.test(said.plain) ? (introducedName(said) ?? renamed(said)) : undefined;
  if (name !== undefined) return { form: { ...opened(form), name }, event: 'changed' };
  const when = whenPhrase(said.plain)?.text;
  if (when !== undefined) return { form: { ...opened(form), when }, event: 'changed' };
  const number = spokenNumbers(said.words).at(-1)?.value;
  return number === undefined ? undefined : { form: { ...opened(form), people: number }, event: 'changed' };
}

/** Takes the turn as the answer to what was asked. */
function filled(form: Form, said: Utterance): Step | undefined {
  const number = spokenNumbers(said.words).find((one) => Number.isInteger(one.value) && one.value > 0)?.value;
  switch (form.asked) {
    case 'quantity': {
      const lines = form.lines.map((line) => (line.quantity === undefined ? { ...line, quantity: number } : line));
      return number === undefined || said.words.length > 10 ? undefined : { form: { ...form, lines }, event: 'filled' };
    }
    case 'people':
      return number === undefined || said.words.length > 10
        ? undefined
        : { form: { ...withExtras(form, said), people: number }, event: 'filled' };
    case 'item': {
      if (notSlot.test(said.plain) || declining.test(said.plain)) return undefined;
      const item = bareGoods(said);
      if (item === undefined && number !== undefined && said.words.length <= 4) {
        const lines =
          form.lines.length === 0
            ? [{ quantity: number }]
            : form.lines.map((line) => ({ ...line, quantity: line.quantity ?? number }));
        return { form: { ...form, lines }, event: 'filled' };
      }
      const [first, ...rest] = form.lines;
      return item === undefined
        ? undefined
        : { form: { ...form, lines: [{ quantity: first?.quantity, item }, ...rest] }, event: 'filled' };
    }
    case 'name': {
      const name = named(said) ?? bareName(said);
      return name === undefined ? undefined : { form: { ...withExtras(form, said), name }, event: 'filled' };
    }
    case 'when': {
      const spoken =
        whenPhrase(said.plain)?.text ??
        whenPhrase(`at ${said.ask}`)?.text ??
        (anyTime.test(said.plain) ? 'as soon as possible' : undefined);
      return spoken === undefined || said.words.length > 14
        ? undefined
        : { form: { ...withExtras(form, said), when: spoken }, event: 'filled' };
    }
    case 'confirm':
      if (confirming.test(said.plain) || confirming.test(said.ask))
        return { form: { ...form, state: 'placed', asked: undefined }, event: 'confirmed' };
      return declining.test(said.plain) ? { form: { ...form, asked: undefined }, event: 'declined' } : undefined;
    case undefined:
      return undefined;
  }
}

function started(state: FormState, said: Utterance, knownName: string | undefined): Step | undefined {
  if (tableWish.test(said.plain) && !/\bcancel\b/.test(said.plain)) {
    return {
      form: withExtras({ kind: 'table', state: 'open', lines: [], people: people(said), name: knownName }, said),
      event: 'started',
    };
  }
  const lines = orderLines(said);
  if (lines === undefined) return undefined;
  const open = state.order?.state === 'open' ? state.order : undefined;
  if (open === undefined)
    return { form: withExtras({ kind: 'order', state: 'open', lines, name: knownName }, said), event: 'started' };
  const [first] = lines;
  const hole = open.lines.some((line) => line.item === undefined || line.quantity === undefined);
  if (hole && lines.length === 1) {
    const merged = open.lines.map((line) => ({ item: first?.item ?? line.item, quantity: first?.quantity ?? line.quantity }));
    return { form: withExtras({ ...open, lines: merged }, said), event: 'filled' };
  }
  const isChange = changing.test(said.plain) && !/\b(?:also|add|and|plus|more)\b/.test(said.plain);
  if (isChange || first?.item === undefined) return undefined;
  const kept = open.lines.filter((line) => !lines.some((one) => one.item === line.item));
  return {
    form: withExtras({ ...opened(open), lines: [...kept, ...lines] }, said),
    event: kept.length < open.lines.length ? 'changed' : 'added',
  };
}

function nextStep(state: FormState, said: Utterance, knownName: string | undefined): Step | undefined {
  const active = state.active === undefined ? undefined : state[state.active];
  if (
    active !== undefined &&
    active.state !== 'cancelled' &&
    (cancelled.test(said.ask) || cancelled.test(said.plain) || (active.state === 'open' && dropped.test(said.ask)))
  ) {
    const meant = /\btable|reservation|booking\b/.test(said.plain)
      ? state.table
      : /\border\b/.test(said.plain)
        ? state.order
        : active;
    return { form: { ...(meant ?? active), state: 'cancelled', asked: undefined }, event: 'cancelled' };
  }
  if (active?.state === 'open' || active?.state === 'placed') {
    const isNew = active.asked === 'confirm' && confirming.test(said.plain);
    const change = isNew ? undefined : active.kind === 'order' ? orderChange(active, said) : changedTable(active, said);
    if (change !== undefined) return change;
    const fill = active.state === 'open' ? filled(active, said) : undefined;
    // A full order sentence (“I'd like 20 bananas”) is more than the answer to a question.
    if (fill !== undefined && (active.asked === 'confirm' || started(state, said, knownName) === undefined)) return fill;
  }
  return started(state, said, knownName);
}

function orderChange(form: Form, said: Utterance): Step | undefined {
  const adds = /\b(?:also|add|another|plus|more)\b/.test(said.plain);
  return adds ? undefined : changedOrder(form, said);
}

/** Reads all turns in their order and keeps the forms that people fill in with their words. */
export function replayForms(conversation: Conversation): FormState {
  let state: FormState = {};
  const turns = conversation.turns.slice(-mostTurns);
  const knownName = factsOf(turns.slice(0, -1)).get('name');
  for (const turn of turns) {
    const step = nextStep(state, turn.said, knownName);
    if (step === undefined) {
      state = { ...state, event: undefined };
      continue;
    }
    const asked = step.form.state === 'open' && step.event !== 'declined' ? missingSlot(step.form) : undefined;
    // What a tool has done is done: nothing is left to ask.
    const form: Form = turn.calledTool
      ? { ...step.form, state: step.form.state === 'open' ? 'placed' : step.form.state, asked: undefined }
      : { ...step.form, asked };
    state = { ...state, [form.kind]: form, active: form.kind, event: step.event };
  }
  return state;
}
