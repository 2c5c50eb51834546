import { type Members, objectIn, objectsIn, textIn } from './member.js';
import { type Fault, PartOrder } from './part-order.js';

interface OutputItem {
  readonly type: string | undefined;
  arguments: string;
  done: boolean;
}

const cancelReasons = ['turn_detected', 'client_cancelled'];
const incompleteReasons = ['max_output_tokens', 'content_filter', 'interruption'];

/** The rules about one response, from `response.created` to `response.done`. */
export class ResponseOrder {
  readonly id: string;
  /** Part of the default conversation, and not beside it. */
  readonly inConversation: boolean;
  readonly #fault: Fault;
  readonly #announced: (itemId: string) => boolean;
  readonly #items = new Map<string, OutputItem>();
  readonly #parts = new Map<string, PartOrder>();
  #done = false;

  /** `announced` tells whether the conversation has the item. */
  constructor(response: Members, fault: Fault, announced: (itemId: string) => boolean) {
    this.id = textIn(response, 'id') ?? '';
    this.inConversation = textIn(response, 'conversation_id') !== undefined;
    this.#fault = fault;
    this.#announced = announced;
    if (response.status !== 'in_progress') fault(`response.created has status ${String(response.status)}`);
    if (objectsIn(response, 'output').length > 0) fault('response.created has output');
  }

  get done(): boolean {
    return this.#done;
  }

  take(type: string, event: Members): void {
    if (this.#done) this.#fault(`${type} after response.done of ${this.id}`);
    else if (type === 'response.done') this.#close(objectIn(event, 'response'));
    else if (type === 'response.output_item.added') this.#added(objectIn(event, 'item'), event.output_index);
    else if (type === 'response.output_item.done') this.#itemDone(objectIn(event, 'item'));
    else this.#ofItem(type, textIn(event, 'item_id') ?? '', event);
  }

  #ofItem(type: string, itemId: string, event: Members): void {
    const item = this.#items.get(itemId);
    const key = `${itemId}/${String(event.content_index)}`;
    const part = this.#parts.get(key);
    if (item === undefined) this.#fault(`${type} for an item that the response has not added`);
    else if (type.startsWith('response.function_call_arguments.')) this.#arguments(item, event);
    else if (type === 'response.content_part.added') this.#partAdded(key, itemId);
    else if (part !== undefined) part.take(type, event);
    else if (!type.startsWith('response.mcp_call')) this.#fault(`${type} before content_part.added of ${key}`);
  }

  #added(item: Members, index: unknown): void {
    if (index !== this.#items.size) this.#fault(`output_index is ${String(index)}, and ${this.#items.size} was due`);
    if (item.status !== undefined && item.status !== 'in_progress')
      this.#fault(`output_item.added has status ${String(item.status)}`);
    this.#items.set(textIn(item, 'id') ?? '', { type: textIn(item, 'type'), arguments: '', done: false });
  }

  #itemDone(given: Members): void {
    const id = textIn(given, 'id') ?? '';
    const item = this.#items.get(id);
    if (item === undefined) {
      this.#fault(`output_item.done without output_item.added of ${id}`);
      return;
    }
    if (item.done) this.#fault(`a second output_item.done of ${id}`);
    item.done = true;
    for (const [key, part] of this.#parts) {
      if (key.startsWith(`${id}/`) && !part.done) this.#fault(`output_item.done before content_part.done of ${key}`);
    }
    if (given.status === 'in_progress') this.#fault(`output_item.done of ${id} is in progress`);
    if (item.type !== 'function_call' || given.status !== 'completed') return;
    const whole = textIn(given, 'arguments') ?? '';
    if (item.arguments !== whole) this.#fault(`the arguments of ${id} are not the sum of their deltas`);
    if (!isJson(whole)) this.#fault(`the arguments of ${id} are not JSON`);
  }

  #arguments(item: OutputItem, event: Members): void {
    if (event.type === 'response.function_call_arguments.delta') {
      item.arguments += textIn(event, 'delta') ?? '';
      return;
    }
    const whole = textIn(event, 'arguments') ?? '';
    if (item.arguments !== whole) this.#fault('function_call_arguments.done differs from its deltas');
  }

  #partAdded(key: string, itemId: string): void {
    if (this.#parts.has(key)) this.#fault(`content part ${key} was added twice`);
    this.#parts.set(key, new PartOrder(key, this.#fault));
    if (this.inConversation && !this.#announced(itemId)) this.#fault(`content_part.added of ${key} before the item's own event`);
  }

  #close(response: Members): void {
    this.#done = true;
    const { status } = response;
    const details = objectIn(response, 'status_details');
    const reason = textIn(details, 'reason') ?? '';
    if (status === 'in_progress') this.#fault('response.done is in progress');
    for (const [id, item] of this.#items) if (!item.done) this.#fault(`response.done, but ${id} had no output_item.done`);
    if (status === 'cancelled' && !cancelReasons.includes(reason)) this.#fault('a cancelled response gives no reason');
    if (status === 'incomplete' && !incompleteReasons.includes(reason)) this.#fault('an incomplete response gives no reason');
    if (status === 'failed' && details.error === undefined) this.#fault('a failed response gives no error');
    const listed = objectsIn(response, 'output').map((item) => textIn(item, 'id') ?? '');
    if (listed.join() !== [...this.#items.keys()].join()) this.#fault('response.done lists other items than it has added');
    this.#usage(response);
  }

  #usage(response: Members): void {
    const usage = objectIn(response, 'usage');
    const [input, output] = [Number(usage.input_tokens), Number(usage.output_tokens)];
    if (Number.isNaN(input)) {
      this.#fault('a response that is done has no usage');
      return;
    }
    if (usage.output_token_details === undefined) this.#fault('the usage has no output_token_details');
    if (usage.total_tokens !== input + output) this.#fault('the usage does not add up');
    if (Number(objectIn(usage, 'input_token_details').cached_tokens) > input) this.#fault('more tokens were cached than came in');
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
