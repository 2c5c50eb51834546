/** A thing that is asked for while a form is filled in. */
export type Slot = 'item' | 'quantity' | 'people' | 'name' | 'when' | 'confirm';

export interface OrderLine {
  readonly item?: string | undefined;
  readonly quantity?: number | undefined;
}

/** An order or a table, as far as it is known after some turns. */
export interface Form {
  readonly kind: 'order' | 'table';
  readonly state: 'open' | 'placed' | 'cancelled';
  /** What is ordered; empty for a table. */
  readonly lines: readonly OrderLine[];
  readonly people?: number | undefined;
  readonly name?: string | undefined;
  readonly when?: string | undefined;
  /** What the bot has asked for. */
  readonly asked?: Slot | undefined;
}

/** What the last turn did to a form. */
export type FormEvent = 'started' | 'added' | 'changed' | 'removed' | 'filled' | 'confirmed' | 'declined' | 'cancelled';

/** The next thing that is missing, in the order in which it is asked. */
export function missingSlot(form: Form): Slot {
  if (form.kind === 'order') {
    if (form.lines.length === 0 || form.lines.some((line) => line.item === undefined)) return 'item';
    if (form.lines.some((line) => line.quantity === undefined)) return 'quantity';
  } else if (form.people === undefined) return 'people';
  else if (form.when === undefined) return 'when';
  if (form.name === undefined) return 'name';
  if (form.when === undefined) return 'when';
  return 'confirm';
}
