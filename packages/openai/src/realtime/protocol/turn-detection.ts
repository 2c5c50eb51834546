import type { RealtimeTurnDetection } from './schema/session-schema.js';

const defaults = {
  server_vad: {
    type: 'server_vad',
    threshold: 0.5,
    prefix_padding_ms: 300,
    // As documented; the live service has been seen to say 200.
    silence_duration_ms: 500,
    idle_timeout_ms: null,
    create_response: true,
    interrupt_response: true,
  },
  semantic_vad: { type: 'semantic_vad', eagerness: 'auto', create_response: true, interrupt_response: true },
} as const satisfies Record<string, RealtimeTurnDetection>;

/** Turn detection with the defaults of its kind for what is not said; a kind that we do not know stays as it is. */
export function completeTurnDetection(given: RealtimeTurnDetection): RealtimeTurnDetection {
  switch (given.type) {
    case 'server_vad':
      return { ...defaults.server_vad, ...said(given) };
    case 'semantic_vad':
      return { ...defaults.semantic_vad, ...said(given) };
    default:
      return given;
  }
}

/** Null is what was not said. */
const said = <T extends object>(settings: T): T =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null && value !== undefined)) as T;
