type Wire = Readonly<Record<string, unknown>>;

interface Part {
  transcript: string;
  text: string;
  audioDone: boolean;
  done: boolean;
}
interface Output {
  readonly type: unknown;
  done: boolean;
  arguments: string;
}
interface Running {
  readonly id: string;
  readonly ofConversation: boolean;
  readonly output: Map<string, Output>;
  done: boolean;
}

const object = (value: unknown): Wire => (typeof value === 'object' && value !== null ? (value as Wire) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * The rules of order that the events of one connection keep, as clients in use rely on them. Feed it every event as it is on the
 * wire; what it has against them stands in `complaints`.
 */
export class OrderLint {
  readonly complaints: string[] = [];
  readonly #ids = new Set<string>();
  readonly #clientEvents = new Set<string>();
  readonly #responses = new Map<string, Running>();
  readonly #items = new Map<string, { readonly role: unknown; done: boolean }>();
  readonly #parts = new Map<string, Part>();
  readonly #committed = new Set<string>();
  #first = true;
  #speech: Wire | undefined;

  client(event: Wire): void {
    if (typeof event.event_id === 'string') this.#clientEvents.add(event.event_id);
  }

  server(event: Wire): void {
    const type = text(event.type);
    const complain = (what: string): void => void this.complaints.push(`${type}: ${what}`);
    if (typeof event.event_id === 'string') {
      if (this.#ids.has(event.event_id)) complain(`event_id ${event.event_id} reused`);
      this.#ids.add(event.event_id);
    }
    if (this.#first) {
      this.#first = false;
      if (!['session.created', 'transcription_session.created', 'error'].includes(type)) complain('is the first event');
    } else if (type === 'session.created') complain('comes a second time');
    const echoed = object(event.error).event_id;
    if (type === 'error' && typeof echoed === 'string' && !this.#clientEvents.has(echoed))
      complain(`${echoed} is no client event`);
    this.#input(event, type, complain);
    this.#conversation(event, type, complain);
    if (type.startsWith('response.')) this.#response(event, type, complain);
  }

  /** Nothing more comes. */
  end(): void {
    for (const { id, done } of this.#responses.values()) if (!done) this.complaints.push(`response ${id} has no response.done`);
    for (const id of this.#committed) this.complaints.push(`committed item ${id} was never announced`);
  }

  #input(event: Wire, type: string, complain: (what: string) => void): void {
    const itemId = text(event.item_id);
    switch (type) {
      case 'input_audio_buffer.speech_started':
        if (this.#speech !== undefined) complain('while speech is active');
        this.#speech = event;
        return;
      case 'input_audio_buffer.speech_stopped':
        if (this.#speech === undefined) complain('without speech_started');
        else {
          if (this.#speech.item_id !== itemId) complain('with another item_id than speech_started');
          if (Number(event.audio_end_ms) < Number(this.#speech.audio_start_ms)) complain('audio_end_ms < audio_start_ms');
        }
        // What is committed next still has the id of the speech.
        this.#speech = undefined;
        return;
      case 'input_audio_buffer.cleared':
        this.#speech = undefined;
        return;
      case 'input_audio_buffer.committed':
        if (this.#speech !== undefined && this.#speech.item_id !== itemId) complain('during speech with another item_id');
        this.#speech = undefined;
        this.#committed.add(itemId);
    }
  }

  #conversation(event: Wire, type: string, complain: (what: string) => void): void {
    const itemId = text(event.item_id);
    const item = object(event.item);
    const id = text(item.id);
    if (type === 'conversation.item.created' || type === 'conversation.item.added') {
      if (this.#items.has(id)) complain(`${id} is announced twice`);
      const before = event.previous_item_id;
      if (typeof before === 'string' && !this.#items.has(before)) complain(`previous_item_id ${before} is unknown`);
      if (this.#committed.delete(id) && !list(item.content).some((part) => object(part).type === 'input_audio'))
        complain('a committed item without input_audio');
      this.#items.set(id, { role: item.role, done: false });
    }
    if (type === 'conversation.item.done') {
      const known = this.#items.get(id);
      if (known === undefined) complain(`${id} was never added`);
      else if (known.done) complain(`${id} is done twice`);
      else known.done = true;
    }
    if (type === 'conversation.item.deleted' && !this.#items.has(itemId)) complain(`${itemId} is unknown`);
    if (type === 'conversation.item.truncated' && this.#items.get(itemId)?.role !== 'assistant')
      complain(`${itemId} is no item of the assistant`);
    if (type.includes('input_audio_transcription.') && !this.#items.has(itemId) && !this.#committed.has(itemId))
      complain(`${itemId} is unknown`);
  }

  #response(event: Wire, type: string, complain: (what: string) => void): void {
    const resource = object(event.response);
    if (type === 'response.created') {
      const id = text(resource.id);
      if (this.#responses.has(id)) complain(`${id} is created twice`);
      if (resource.status !== 'in_progress') complain(`status ${String(resource.status)}`);
      if (list(resource.output).length > 0) complain('with output');
      const ofConversation = typeof resource.conversation_id === 'string';
      const active = [...this.#responses.values()].find((each) => !each.done && each.ofConversation);
      if (active !== undefined && ofConversation) complain(`while ${active.id} is active on the conversation`);
      this.#responses.set(id, { id, ofConversation, output: new Map(), done: false });
      return;
    }
    const run = this.#responses.get(text(type === 'response.done' ? resource.id : event.response_id));
    if (run === undefined) {
      complain('its response was never created');
      return;
    }
    if (run.done) complain(`after response.done of ${run.id}`);
    else if (type === 'response.done') this.#done(run, resource, complain);
    else if (type.startsWith('response.output_item.')) this.#item(run, event, type, complain);
    else this.#part(run, event, type, complain);
  }

  #done(run: Running, resource: Wire, complain: (what: string) => void): void {
    run.done = true;
    const { status } = resource;
    const details = object(resource.status_details);
    for (const [id, { done }] of run.output) if (!done) complain(`${id} has no output_item.done`);
    if (status === 'in_progress') complain('still in_progress');
    if (status === 'cancelled' && !['turn_detected', 'client_cancelled'].includes(text(details.reason))) complain('no reason');
    if (status === 'incomplete' && !['max_output_tokens', 'content_filter', 'interruption'].includes(text(details.reason)))
      complain('no reason');
    if (status === 'failed' && details.error === undefined) complain('no error');
    const usage = object(resource.usage);
    if (usage.total_tokens !== Number(usage.input_tokens) + Number(usage.output_tokens)) complain('total is not input + output');
    if (Number(object(usage.input_token_details).cached_tokens) > Number(usage.input_tokens)) complain('more cached than read');
    if (usage.output_token_details === undefined) complain('no output_token_details');
    const output = list(resource.output).map((item) => text(object(item).id));
    if (output.join() !== [...run.output.keys()].join()) complain('output differs from the items that were told of');
  }

  #item(run: Running, event: Wire, type: string, complain: (what: string) => void): void {
    const item = object(event.item);
    const id = text(item.id);
    if (type === 'response.output_item.added') {
      if (event.output_index !== run.output.size) complain(`output_index ${String(event.output_index)}`);
      if (item.status !== undefined && item.status !== 'in_progress') complain(`status ${String(item.status)}`);
      run.output.set(id, { type: item.type, done: false, arguments: '' });
      return;
    }
    const output = run.output.get(id);
    if (output === undefined) {
      complain(`${id} was not added`);
      return;
    }
    if (output.done) complain('a second time');
    output.done = true;
    for (const [key, part] of this.#parts)
      if (key.startsWith(`${id}/`) && !part.done) complain(`before content_part.done of ${key}`);
    if (item.status === 'in_progress') complain('still in_progress');
    if (output.type !== 'function_call' || item.status !== 'completed') return;
    if (item.arguments !== output.arguments) complain('arguments differ from their deltas');
    try {
      JSON.parse(text(item.arguments));
    } catch {
      complain('arguments are no JSON');
    }
  }

  #part(run: Running, event: Wire, type: string, complain: (what: string) => void): void {
    const itemId = text(event.item_id);
    const output = run.output.get(itemId);
    if (output === undefined) {
      complain('for an item that the response has not added');
      return;
    }
    const key = `${itemId}/${String(event.content_index)}`;
    if (type === 'response.function_call_arguments.delta') output.arguments += text(event.delta);
    else if (type === 'response.function_call_arguments.done') {
      if (output.arguments !== event.arguments) complain('differs from the deltas');
    } else if (type === 'response.content_part.added') {
      if (this.#parts.has(key)) complain(`${key} a second time`);
      if (run.ofConversation && !this.#items.has(itemId)) complain('before the event of the conversation item');
      this.#parts.set(key, { transcript: '', text: '', audioDone: false, done: false });
    } else this.#inside(this.#parts.get(key), event, type, complain);
  }

  #inside(part: Part | undefined, event: Wire, type: string, complain: (what: string) => void): void {
    if (part === undefined || part.done) {
      complain(part === undefined ? 'before content_part.added' : 'after content_part.done');
      return;
    }
    const kind = type.replace('output_', '').replace('response.', '');
    const delta = text(event.delta);
    if (kind === 'audio.delta') {
      const bytes = Buffer.from(delta, 'base64');
      if (bytes.length === 0) complain('empty');
      if (bytes.toString('base64') !== delta) complain('not canonical base64');
      if (part.audioDone) complain('after audio.done');
      if (part.transcript === '') complain('before any of its transcript');
    } else if (kind === 'audio.done') part.audioDone = true;
    else if (kind === 'audio_transcript.delta') part.transcript += delta;
    else if (kind === 'audio_transcript.done') {
      if (part.transcript !== event.transcript) complain('differs from the deltas');
    } else if (kind === 'text.delta') part.text += delta;
    else if (kind === 'text.done') {
      if (part.text !== event.text) complain('differs from the deltas');
    } else if (kind === 'content_part.done') {
      part.done = true;
      const { transcript } = object(event.part);
      if (transcript !== undefined && transcript !== part.transcript) complain('transcript differs from the deltas');
    }
  }
}
