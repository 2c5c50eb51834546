import type { RealtimeRequest } from './realtime-peer.js';
import { modelOf } from './route.js';

/** The model that a client asks for, by its URL or by what was agreed with its ephemeral key; any text, or none. */
export const askedModel = ({ url, session }: RealtimeRequest): string | undefined =>
  modelOf(url) ?? (session?.type === 'realtime' ? session.model || undefined : undefined);
