import { listed } from '../sentence.js';
import type { Missing } from './fill.js';
import { wordsOfName } from './name-words.js';
import { typeOf } from './schema.js';

/** Asks in words for what a tool still needs. */
export function parameterQuestion({ name, schema, kind }: Missing): string {
  const words = wordsOfName(name).join(' ') || 'value';
  if (Array.isArray(schema.enum) && schema.enum.length > 0)
    return `Which ${words}: ${listed(schema.enum.slice(0, 6).map(String), 'or')}?`;
  const type = typeOf(schema);
  if (type === 'integer' || type === 'number') {
    if (/people|guest|party|person|seat/.test(words)) return 'For how many people?';
    return /quantity|count|amount|how many/.test(words) ? 'How many?' : `What number shall I use for the ${words}?`;
  }
  if (type === 'boolean') return `Yes or no: ${words}?`;
  switch (kind) {
    case 'place':
      return `For which ${words}?`;
    case 'origin':
      return 'From where?';
    case 'destination':
      return 'To where?';
    case 'date':
      return 'For which day?';
    case 'time':
    case 'when':
      return 'For what time?';
    case 'person':
      return words === 'name' ? 'What name shall I use?' : `Who is the ${words}?`.replace(/the (to|who)\?/, 'it for?');
    default:
      return `What is the ${words}?`;
  }
}
