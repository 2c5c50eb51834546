/**
 * Makes ids such as `item_9fK2…`, 21 letters and digits after the prefix, as the service does: each of one maker is new, and two
 * makers hardly ever meet. `random` is for tests.
 *
 * @example
 * ```ts
 * const id = realtimeIds();
 * console.log(id('item') === id('item')); // false
 * ```
 */
export function realtimeIds(random: () => number = Math.random): (prefix: string) => string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const own = Array.from({ length: 12 }, () => letters[Math.floor(random() * letters.length)]).join('');
  let count = 0;
  return (prefix) => `${prefix}_${own}${(count++).toString(36).padStart(9, '0')}`;
}
