import { type Members, objectIn, textIn } from './member.js';

/** Notes what is wrong, in one sentence. */
export type Fault = (sentence: string) => void;

/** The rules about one content part of a response: its texts add up, and nothing comes after it is done. */
export class PartOrder {
  readonly #key: string;
  readonly #fault: Fault;
  #transcript = '';
  #text = '';
  #audioDone = false;
  #done = false;

  constructor(key: string, fault: Fault) {
    this.#key = key;
    this.#fault = fault;
  }

  get done(): boolean {
    return this.#done;
  }

  take(type: string, event: Members): void {
    if (this.#done) this.#fault(`${type} after content_part.done of ${this.#key}`);
    const delta = textIn(event, 'delta') ?? '';
    if (/audio\.delta$/.test(type)) this.#audio(delta);
    else if (/audio\.done$/.test(type)) this.#audioDone = true;
    else if (/audio_transcript\.delta$/.test(type)) this.#transcript += delta;
    else if (/audio_transcript\.done$/.test(type)) this.#same('transcript', this.#transcript, textIn(event, 'transcript'));
    else if (/\.(output_)?text\.delta$/.test(type)) this.#text += delta;
    else if (/\.(output_)?text\.done$/.test(type)) this.#same('text', this.#text, textIn(event, 'text'));
    else if (type === 'response.content_part.done') this.#close(objectIn(event, 'part'));
  }

  #audio(delta: string): void {
    const bytes = Buffer.from(delta, 'base64');
    if (bytes.toString('base64') !== delta) this.#fault(`an audio delta of ${this.#key} is not canonical base64`);
    if (bytes.length === 0) this.#fault(`an audio delta of ${this.#key} is empty`);
    if (this.#transcript === '') this.#fault(`audio of ${this.#key} before any of its transcript`);
    if (this.#audioDone) this.#fault(`audio of ${this.#key} after its audio was done`);
  }

  #close(part: Members): void {
    this.#done = true;
    const transcript = textIn(part, 'transcript');
    if (this.#transcript !== '' && transcript !== undefined) this.#same('transcript', this.#transcript, transcript);
  }

  #same(what: string, deltas: string, whole: string | undefined): void {
    if (deltas !== whole) this.#fault(`the ${what} of ${this.#key} is not the sum of its deltas`);
  }
}
