import type { Frame } from '../../frames/frame.js';
import type { SessionContext } from '../../session/session-context.js';
import type { MuteStrategy } from './mute-strategy.js';

/** Under this name the strategies mute the user. */
const source = 'turn';

/** Mutes the user as long as any of its strategies says so. */
export class MuteControl {
  readonly #session: SessionContext;
  #strategies: { readonly run: (frame: Frame) => boolean; muted: boolean }[] = [];

  constructor(session: SessionContext, strategies: readonly MuteStrategy[]) {
    this.#session = session;
    this.use(strategies);
  }

  use(strategies: readonly MuteStrategy[]): void {
    this.#strategies = strategies.map((strategy) => ({ run: strategy.attach(), muted: false }));
    this.#session.unmute(source);
  }

  see(frame: Frame): void {
    if (this.#strategies.length === 0) return;
    for (const strategy of this.#strategies) {
      this.#session.guard('mute', () => {
        strategy.muted = strategy.run(frame);
      });
    }
    if (this.#strategies.some(({ muted }) => muted)) this.#session.mute(source);
    else this.#session.unmute(source);
  }
}
