import type { SpeechSettings } from '@voxrill/core';
import {
  invalidRequest,
  type RealtimeClientEventOf,
  type RealtimeErrorDetail,
  type RealtimeRateLimit,
  type RealtimeResponseParams,
  type RealtimeResponseSettings,
  responseSettings,
} from '@voxrill/openai';
import type { CallScope } from '../call/call-scope.js';
import type { StoredItem } from '../conversation/conversation.js';
import { type NewItemScope, newItem } from '../conversation/new-item.js';
import { whenAllKnown } from './all-known.js';
import type { Aside, AsidePaths } from './aside-paths.js';
import type { ReplyPath } from './reply-path.js';
import { questionOf } from './response-question.js';
import { ResponseRun } from './response-run.js';
import { unsupportedSettings } from './unsupported-settings.js';

/** What the desk works with. */
export interface ResponseDeskParts {
  readonly path: ReplyPath;
  readonly asides: AsidePaths;
  /** With what items of clients are made. */
  readonly items: () => NewItemScope;
  readonly rateLimits: () => readonly RealtimeRateLimit[];
  /** A response of the conversation is over, after so much speech. */
  readonly onDone: (run: ResponseRun) => void;
}

/** Why a response begins: a client asks, or the user has said something. */
type Cause = { readonly eventId?: string | undefined; readonly itemId?: string };

/** Knows which responses there are: one of the conversation at a time, some beside it. */
export class ResponseDesk {
  readonly #call: CallScope;
  readonly #parts: ResponseDeskParts;
  #active: ResponseRun | undefined;
  /** What begins when the active response is done. */
  #next: { readonly params: RealtimeResponseParams | undefined; readonly cause: Cause } | undefined;
  readonly #beside = new Map<string, ResponseRun>();
  /** What was asked for and takes back its waiting. */
  readonly #waiting = new Map<ResponseRun, () => void>();
  #voiceUsed = false;

  constructor(call: CallScope, parts: ResponseDeskParts) {
    this.#call = call;
    this.#parts = parts;
  }

  get active(): ResponseRun | undefined {
    return this.#active;
  }

  /** Whether the bot's voice has been heard, and cannot change any more. */
  get voiceUsed(): boolean {
    return this.#voiceUsed || (this.#active?.spokenMs ?? 0) > 0;
  }

  create({ response, event_id }: RealtimeClientEventOf<'response.create'>): void {
    const params = response ?? undefined;
    const cause = { eventId: event_id ?? undefined };
    if (params?.conversation === 'none' || this.#active === undefined) {
      this.#begin(params, cause);
      return;
    }
    // Clients of 2024 ask as soon as they have the result of a tool, a moment before the response is done.
    if (this.#active.ending && this.#next === undefined) {
      this.#next = { params, cause };
      return;
    }
    const message = `Conversation already has an active response in progress: ${this.#active.id}. Wait until the response is finished before creating a new one.`;
    this.#call.refuse(invalidRequest('conversation_already_has_active_response', message, cause));
  }

  /** The user has said something that wants an answer; one that is under way is heard to its end first. */
  answer(itemId: string): void {
    const cause = { itemId };
    if (this.#active === undefined) this.#begin(undefined, cause);
    // What a client has asked for answers this as well.
    else if (this.#next === undefined || this.#next.cause.itemId !== undefined) this.#next = { params: undefined, cause };
  }

  /** The pipeline speaks of its own accord: a response that nobody has asked for. Undefined while there is another. */
  speakUnasked(): ResponseRun | undefined {
    if (this.#active !== undefined || this.#call.session.type === 'transcription') return undefined;
    const settings = responseSettings(this.#call.session, { output_modalities: ['audio'] });
    const run = this.#run(settings, this.#parts.path);
    run.adopt();
    this.#active = run;
    return run;
  }

  /** The user speaks: the response of the conversation is over. */
  interrupt(): void {
    this.#stopActive('turn_detected');
  }

  cancel({ response_id: id, event_id }: RealtimeClientEventOf<'response.cancel'>): void {
    const run = id === undefined || id === null ? this.#active : this.#active?.id === id ? this.#active : this.#beside.get(id);
    if (run !== undefined) {
      if (run === this.#active) this.#stopActive('client_cancelled');
      else run.cancel('client_cancelled');
      return;
    }
    const message = 'Cancellation failed: no active response found';
    this.#call.refuse(invalidRequest('response_cancel_not_active', message, { eventId: event_id ?? undefined }));
  }

  /** Ends what there is: the call is over. */
  close(): void {
    this.#stopActive('client_cancelled');
    for (const run of [...this.#beside.values()]) run.cancel('client_cancelled');
  }

  /** Ends the response of the conversation, and the one that a client has asked for behind it: that, too, is told to its end. */
  #stopActive(reason: 'turn_detected' | 'client_cancelled'): void {
    const next = this.#next;
    this.#next = undefined;
    this.#active?.cancel(reason);
    if (next === undefined || next.cause.itemId !== undefined) return;
    const wrong = this.#wrong(next.params, next.cause);
    if (wrong !== undefined) {
      this.#call.refuse(wrong);
      return;
    }
    const run = this.#run(responseSettings(this.#call.session, next.params), this.#parts.path);
    this.#active = run;
    run.cancel(reason);
  }

  #begin(params: RealtimeResponseParams | undefined, cause: Cause): void {
    const settings = responseSettings(this.#call.session, params);
    const wrong = this.#wrong(params, cause);
    if (wrong !== undefined) {
      this.#call.refuse(wrong);
      return;
    }
    const given = this.#given(settings, cause.eventId);
    if (given.kind === 'refused') {
      this.#call.refuse(given.error);
      return;
    }
    if (settings.conversation === 'none') this.#beginAside(settings, given.items, cause);
    else {
      const run = this.#run(settings, this.#parts.path);
      this.#active = run;
      this.#askWhenKnown(run, given.items, cause.itemId);
    }
  }

  #beginAside(settings: RealtimeResponseSettings, items: () => readonly StoredItem[], { eventId }: Cause): void {
    const aside = this.#parts.asides.take();
    if (aside === undefined) {
      const message = 'Too many responses beside the conversation at one time: wait until one of them is done.';
      this.#call.refuse(invalidRequest('too_many_responses', message, { eventId }));
      return;
    }
    const run = this.#run(settings, aside.path, aside);
    this.#beside.set(run.id, run);
    aside.ready
      .then((trouble) => {
        if (trouble !== undefined) run.fail(trouble);
        else this.#askWhenKnown(run, items, undefined);
      })
      .catch((error: unknown) => run.fail(error instanceof Error ? error.message : String(error)));
  }

  #run(settings: RealtimeResponseSettings, path: ReplyPath, aside?: Aside): ResponseRun {
    const { say, send, nextId } = this.#call;
    const conversation = aside === undefined ? this.#call.conversation : undefined;
    const style = this.#style(settings);
    const scope = { id: nextId('resp'), settings, style, conversation, say, send, nextId };
    return new ResponseRun(scope, path, {
      rateLimits: this.#parts.rateLimits,
      onDone: (run) => this.#done(run, aside),
    });
  }

  #style({ audio }: RealtimeResponseSettings): SpeechSettings {
    const { voice } = audio.output;
    const language = this.#call.session.audio.input.transcription?.language;
    return {
      voice: typeof voice === 'string' ? voice : voice.id,
      ...(language === undefined || language === null ? {} : { language }),
    };
  }

  /** `itemId`: what it answers; when that turns out to be nothing, nothing is said. */
  #askWhenKnown(run: ResponseRun, items: () => readonly StoredItem[], itemId: string | undefined): void {
    const { clock, limits, conversation } = this.#call;
    const speeches = items().flatMap(({ userSpeech }) => userSpeech ?? []);
    const ask = (): void => {
      this.#waiting.delete(run);
      if (run.done) return;
      const heard = itemId === undefined ? undefined : conversation.get(itemId)?.userSpeech;
      if (heard?.known === true && heard.text === '') {
        if (heard.error === undefined) run.leave();
        else run.fail(heard.error);
      } else run.ask(questionOf(items(), run.scope.settings));
    };
    const leave = whenAllKnown(speeches, clock, limits.transcriptMs, ask);
    if (!run.done && !run.asked) this.#waiting.set(run, leave);
  }

  #done(run: ResponseRun, aside: Aside | undefined): void {
    this.#waiting.get(run)?.();
    this.#waiting.delete(run);
    if (run.spokenMs > 0) this.#voiceUsed = true;
    if (aside !== undefined) {
      this.#beside.delete(run.id);
      this.#parts.asides.giveBack(aside);
      return;
    }
    if (this.#active === run) this.#active = undefined;
    this.#parts.onDone(run);
    const next = this.#next;
    this.#next = undefined;
    if (next !== undefined) this.#begin(next.params, next.cause);
  }

  #wrong(params: RealtimeResponseParams | undefined, { eventId }: Cause): RealtimeErrorDetail | undefined {
    const { session, conversation, limits } = this.#call;
    if (params?.conversation !== 'none' && conversation.size >= limits.items) {
      const message = 'The conversation has no room for another response: delete items that are not needed.';
      return invalidRequest('conversation_full', message, { eventId });
    }
    if (session.type === 'transcription') {
      return invalidRequest('invalid_value', 'A transcription session makes no responses.', { param: 'type', eventId });
    }
    const unsupported = unsupportedSettings(params ?? {}, 'response', eventId);
    if (unsupported !== undefined) return unsupported;
    const voice = params?.audio?.output?.voice;
    if (voice === undefined || voice === null || !this.voiceUsed) return undefined;
    return JSON.stringify(voice) === JSON.stringify(session.audio.output.voice) ? undefined : cannotUpdateVoice(eventId);
  }

  /** The items that a response is about: those of the conversation as it stands, or those that came with the request. */
  #given(
    settings: RealtimeResponseSettings,
    eventId: string | undefined,
  ):
    | { readonly kind: 'items'; readonly items: () => readonly StoredItem[] }
    | { readonly kind: 'refused'; readonly error: RealtimeErrorDetail } {
    const { conversation } = this.#call;
    if (settings.input === undefined) {
      const ids = conversation.all().map(({ item }) => item.id);
      return { kind: 'items', items: () => ids.flatMap((id) => conversation.get(id) ?? []) };
    }
    const calls = new Set(settings.input.flatMap((item) => (item.type === 'function_call' ? (item.call_id ?? []) : [])));
    const scope = this.#parts.items();
    const made: (() => StoredItem | undefined)[] = [];
    for (const [i, given] of settings.input.entries()) {
      if (given.type === 'item_reference') {
        const { id } = given;
        if (conversation.get(id) === undefined) {
          const message = `The item with id '${id.slice(0, 100)}' does not exist.`;
          return {
            kind: 'refused',
            error: invalidRequest('invalid_value', message, { param: `response.input[${i}].id`, eventId }),
          };
        }
        made.push(() => conversation.get(id));
        continue;
      }
      const hasCall = (id: string): boolean => calls.has(id) || scope.hasCall(id);
      const item = newItem(given, { ...scope, hasCall }, { param: `response.input[${i}]`, eventId });
      if (item.kind === 'refused') return item;
      made.push(() => item.stored);
    }
    return { kind: 'items', items: () => made.flatMap((get) => get() ?? []) };
  }
}

/** The answer to a change of the voice after it has been heard. */
export const cannotUpdateVoice = (eventId: string | undefined): RealtimeErrorDetail =>
  invalidRequest('cannot_update_voice', "Cannot update a conversation's voice if assistant audio is present.", { eventId });
