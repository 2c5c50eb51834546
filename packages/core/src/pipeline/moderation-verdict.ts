import type { HandlerContext } from '../processor/handler.js';

/** `pass`: it may be said or answered. `block`: it may not. */
export type ModerationVerdict = 'pass' | 'block';

/** A moderator that always comes to a verdict. */
export type Judge = (text: string, context: HandlerContext) => Promise<ModerationVerdict>;
