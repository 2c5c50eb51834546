import type { MuteStrategy } from './mute-strategy.js';

/** Options of {@link muteDuringTools}. */
export interface MuteDuringToolsOptions {
  /** Names of tools during which the user is heard: those that run long in the background, say. @defaultValue none */
  readonly except?: readonly string[];
}

/** How many calls that are over are remembered, in case they are told of again. */
const maxEnded = 256;

/**
 * The user is not heard while a tool runs, so that nobody cancels a booking with a cough.
 *
 * @example
 * ```ts
 * const context = contextPair({ turn: { mute: muteDuringTools({ except: ['watch_delivery'] }) } });
 * ```
 */
export function muteDuringTools(options: MuteDuringToolsOptions = {}): MuteStrategy {
  const { except = [] } = options;
  return {
    name: 'during tools',
    attach: () => {
      const running = new Set<string>();
      let ended: readonly string[] = [];
      return (frame) => {
        if (frame.kind === 'tool-calls') {
          for (const { id, name } of frame.calls) {
            const call = `${frame.group} ${id}`;
            if (!except.includes(name) && !ended.includes(call)) running.add(call);
          }
        } else if (frame.kind === 'tool-result') {
          const call = `${frame.group} ${frame.callId}`;
          running.delete(call);
          ended = [...ended, call].slice(-maxEnded);
        }
        return running.size > 0;
      };
    },
  };
}
