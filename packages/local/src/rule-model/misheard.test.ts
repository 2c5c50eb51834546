import { expect, it } from 'vitest';
import { withoutMishearings } from './misheard.js';

it.each([
  ['I would like to order for hundreds, strawberries, please.', 'I would like to order four hundred strawberries, please.'],
  ['For hundred straw berries', 'four hundred strawberries'],
  ['give me to thousand', 'give me two thousand'],
  ['There were hundreds of people', 'There were hundreds of people'],
  ['A table for four, to the left', 'A table for four, to the left'],
])('reads %j as %j', (heard, meant) => {
  expect(withoutMishearings(heard)).toBe(meant);
});
