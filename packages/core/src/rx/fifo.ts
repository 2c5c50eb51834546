/** A queue with constant-time ends: a ring that grows by doubling and shrinks to nothing when it runs empty. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length === this.#items.length) this.#grow();
    this.#items[(this.#head + this.#length) & (this.#items.length - 1)] = item;
    this.#length++;
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.#length--;
    if (this.#length === 0 && this.#items.length > 64) this.clear();
    return item;
  }

  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#items[this.#head];
  }

  /** Keeps, in order, the items that `keep` approves; returns how many went. */
  filter(keep: (item: T) => boolean): number {
    const before = this.#length;
    for (let count = before; count > 0; count--) {
      const item = this.shift();
      if (item !== undefined && keep(item)) this.push(item);
    }
    return before - this.#length;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
    this.#length = 0;
  }

  #grow(): void {
    const bigger: (T | undefined)[] = new Array(Math.max(8, this.#items.length * 2));
    for (let i = 0; i < this.#length; i++) bigger[i] = this.#items[(this.#head + i) & (this.#items.length - 1)];
    this.#items = bigger;
    this.#head = 0;
  }
}
