/** An item of a Realtime conversation, as a client creates it and a server tells of it; only what a chat has an equal of. */
export type RealtimeItem =
  | RealtimeSystemItem
  | RealtimeUserItem
  | RealtimeAssistantItem
  | RealtimeFunctionCall
  | RealtimeFunctionCallOutput;

interface ItemHeader {
  readonly id?: string;
  readonly object?: 'realtime.item';
  /** `incomplete`: the reply was cut off. */
  readonly status?: 'in_progress' | 'completed' | 'incomplete';
}

export interface RealtimeSystemItem extends ItemHeader {
  readonly type: 'message';
  readonly role: 'system';
  readonly content: readonly { readonly type: 'input_text'; readonly text: string }[];
}

export interface RealtimeUserItem extends ItemHeader {
  readonly type: 'message';
  readonly role: 'user';
  readonly content: readonly RealtimeUserPart[];
}

export type RealtimeUserPart =
  | { readonly type: 'input_text'; readonly text: string }
  /** `audio` is base64 of raw PCM: 24 kHz, 16-bit, mono. Servers leave it out. */
  | { readonly type: 'input_audio'; readonly audio?: string; readonly transcript?: string | null }
  /** Not in the beta. */
  | { readonly type: 'input_image'; readonly image_url: string; readonly detail?: 'auto' | 'low' | 'high' };

export interface RealtimeAssistantItem extends ItemHeader {
  readonly type: 'message';
  readonly role: 'assistant';
  readonly content: readonly RealtimeAssistantPart[];
}

/** `text` and `audio` are the names of the beta, the others those of today. */
export type RealtimeAssistantPart =
  | { readonly type: 'text' | 'output_text'; readonly text: string }
  | { readonly type: 'audio' | 'output_audio'; readonly transcript?: string | null };

export interface RealtimeFunctionCall extends ItemHeader {
  readonly type: 'function_call';
  readonly call_id: string;
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

export interface RealtimeFunctionCallOutput extends ItemHeader {
  readonly type: 'function_call_output';
  readonly call_id: string;
  readonly output: string;
}

/** Which names are used: those of 2024, or those since August 2025. */
export type RealtimeDialect = 'beta' | 'ga';
