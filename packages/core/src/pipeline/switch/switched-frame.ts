import { defineFrameKind } from '../../frames/frame-kinds.js';

declare module '../../frames/frame-map.js' {
  interface FrameMap {
    /** A `switchable` of this name has gone from one of its branches to another; sent both ways. */
    switched: { readonly name: string; readonly from: string; readonly to: string; readonly reason: string };
  }
}

/** A switch is a fact about the session, and overtakes what waits. */
export const switchedKind = defineFrameKind('switched', { lane: 'control' });
