import type { RealtimeDialectName } from '@voxrill/openai';
import type { RealtimeCallEnd, RealtimeCallInfo, RealtimeCallTraffic } from './call-info.js';
import { publicUrl } from './route.js';

/** What is known of one call, and told to the host. */
export class CallRecord {
  readonly info: RealtimeCallInfo;
  dialect: RealtimeDialectName;
  #clientEvents = 0;
  #clientBytes = 0;
  #serverEvents = 0;
  #serverBytes = 0;
  readonly #end: (end: RealtimeCallEnd) => void;

  constructor(about: {
    readonly id: string;
    readonly model: string;
    readonly url: string;
    readonly dialect: RealtimeDialectName;
    readonly close: (code: number, reason: string) => void;
  }) {
    this.dialect = about.dialect;
    let end: (end: RealtimeCallEnd) => void = () => undefined;
    const done = new Promise<RealtimeCallEnd>((resolve) => {
      end = resolve;
    });
    this.#end = end;
    const record = this;
    this.info = {
      id: about.id,
      model: about.model,
      url: publicUrl(about.url),
      get dialect() {
        return record.dialect;
      },
      get traffic() {
        return record.traffic;
      },
      done,
      close: (code = 1001, reason = 'The server ends the call.') => about.close(code, reason),
    };
  }

  get traffic(): RealtimeCallTraffic {
    return {
      clientEvents: this.#clientEvents,
      clientBytes: this.#clientBytes,
      serverEvents: this.#serverEvents,
      serverBytes: this.#serverBytes,
    };
  }

  /** Text of the wire is ASCII nearly always: its length stands for its bytes. */
  fromClient(text: string): void {
    this.#clientEvents++;
    this.#clientBytes += text.length;
  }

  fromServer(text: string): void {
    this.#serverEvents++;
    this.#serverBytes += text.length;
  }

  ended(code: number, reason: string, failed: boolean): void {
    this.#end({ code, reason, failed, traffic: this.traffic });
  }
}
