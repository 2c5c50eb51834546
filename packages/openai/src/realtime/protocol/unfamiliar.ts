import { isObject } from './wire-object.js';

/** More than this many are not told of one event. */
const atMost = 16;

/** The paths of the members that a value has and its checked copy has not: those that no schema knows. */
export function unfamiliarPaths(given: unknown, known: unknown): PropertyKey[][] {
  const found: PropertyKey[][] = [];
  compare(given, known, [], found);
  return found;
}

function compare(given: unknown, known: unknown, path: PropertyKey[], found: PropertyKey[][]): void {
  // What no schema looks into comes back as the same object.
  if (given === known || found.length >= atMost) return;
  if (Array.isArray(given) && Array.isArray(known)) {
    for (let index = 0; index < given.length && found.length < atMost; index++) {
      compare(given[index], known[index], [...path, index], found);
    }
    return;
  }
  if (!isObject(given) || !isObject(known)) return;
  for (const member of Object.keys(given)) {
    if (found.length >= atMost) return;
    if (Object.hasOwn(known, member)) compare(given[member], known[member], [...path, member], found);
    else found.push([...path, member]);
  }
}
