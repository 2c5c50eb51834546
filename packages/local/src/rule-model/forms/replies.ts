import { capitalised, listed } from '../sentence.js';
import { type Form, type FormEvent, missingSlot, type Slot } from './form.js';
import { lineText } from './order-lines.js';

const people = (count: number): string => `${count} ${count === 1 ? 'person' : 'people'}`;

/** The form in words: “400 strawberries for Anna, delivered tomorrow”. */
function formText(form: Form): string {
  const when = form.when
    ?.replace(/^(?:at|on|by) (?=today|tomorrow|tonight)/, '')
    .replace(/\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b/g, capitalised);
  if (form.kind === 'table') {
    const parts = [
      form.people === undefined ? 'a table' : `a table for ${people(form.people)}`,
      when,
      form.name === undefined ? undefined : `under the name ${form.name}`,
    ];
    return parts.filter((part) => part !== undefined).join(', ');
  }
  const goods = listed(form.lines.map(lineText));
  return `${goods}${form.name === undefined ? '' : ` for ${form.name}`}${when === undefined ? '' : `, delivered ${when}`}`;
}

/** The question for a slot. */
export function slotQuestion(form: Form, slot: Slot): string {
  switch (slot) {
    case 'item':
      return 'What would you like to order?';
    case 'quantity': {
      const open = form.lines.find((line) => line.quantity === undefined);
      return `How many ${open?.item ?? 'pieces'} would you like?`;
    }
    case 'people':
      return 'For how many people?';
    case 'name':
      return 'What name shall I put it under?';
    case 'when':
      return form.kind === 'table' ? 'For when would you like it?' : 'When would you like it delivered?';
    case 'confirm':
      return `So that is ${formText(form)}. Is that right?`;
  }
}

function acknowledged(form: Form, event: FormEvent, slotBefore: Slot): string {
  const goods = listed(form.lines.filter((line) => line.item !== undefined).map(lineText));
  if (event === 'added') return `I added that. You now have ${goods}.`;
  if (event === 'removed')
    return goods === '' ? 'I took that off. The order is empty now.' : `I took that off. You now have ${goods}.`;
  if (event === 'changed')
    return slotBefore === 'confirm'
      ? 'All right, I changed that.'
      : `All right, I changed that${goods === '' ? '' : ` to ${goods}`}.`;
  if (form.kind === 'table')
    return event === 'started'
      ? `${capitalised(form.people === undefined ? 'a table' : `a table for ${people(form.people)}`)}, gladly.`
      : 'Thank you.';
  if (slotBefore === 'confirm') return 'Thank you.';
  if (event === 'started') return goods === '' ? 'Gladly.' : `${goods}, noted.`;
  return form.name !== undefined && slotBefore === 'when'
    ? `Thank you, ${form.name}.`
    : goods === ''
      ? 'Thank you.'
      : `${goods}, good.`;
}

/** What is said after a turn that did something to the form. */
export function formReply(form: Form, event: FormEvent): string {
  const thing = form.kind === 'order' ? 'order' : 'table';
  switch (event) {
    case 'cancelled':
      return `All right, I cancelled the ${thing}. Is there anything else?`;
    case 'declined':
      return `What shall I change? So far I have ${formText(form)}.`;
    case 'confirmed':
      return form.kind === 'order'
        ? `Your order is noted: ${formText(form)}. Thank you!`
        : `I have noted ${formText(form)}. I cannot reach a restaurant myself, so this is only a note.`;
    default: {
      const slot = missingSlot(form);
      return capitalised(`${acknowledged(form, event, slot)} ${slotQuestion(form, slot)}`);
    }
  }
}

/** What is said when somebody asks what they ordered. */
export function formSummary(form: Form | undefined, kind: 'order' | 'table'): string {
  if (form === undefined || (kind === 'order' && form.lines.every((line) => line.item === undefined))) {
    return kind === 'order' ? 'You have not ordered anything yet. What would you like?' : 'You have not asked for a table yet.';
  }
  if (form.state === 'cancelled')
    return kind === 'order' ? `You cancelled your order. It was ${formText(form)}.` : 'You cancelled the table.';
  return kind === 'order' ? `You ordered ${formText(form)}.` : `You asked for ${formText(form)}.`;
}
