/** A message of a conversation in the OpenAI chat format, which every adapter converts from. */
export type ChatMessage = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

export interface SystemMessage {
  readonly role: 'system' | 'developer';
  readonly content: string;
}

export interface UserMessage {
  readonly role: 'user';
  readonly content: string | readonly UserContentPart[];
}

/** A piece of what the user gave: text, speech or a picture. */
export type UserContentPart = TextPart | InputAudioPart | ImagePart;

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

/** Speech of the user; `data` is base64. */
export interface InputAudioPart {
  readonly type: 'input_audio';
  readonly input_audio: { readonly data: string; readonly format: 'wav' | 'mp3' };
  /** What was said in it. Ours, not OpenAI's; adapters leave it out. */
  readonly transcript?: string;
}

/** A picture, by address or as a `data:` URL. */
export interface ImagePart {
  readonly type: 'image_url';
  readonly image_url: { readonly url: string; readonly detail?: 'auto' | 'low' | 'high' };
}

/** What the bot said, as far as it was heard. */
export interface AssistantMessage {
  readonly role: 'assistant';
  readonly content: string | null;
  /** The user cut in: the text ends at the last word that was heard. Ours, not OpenAI's; adapters leave it out. */
  readonly interrupted?: true;
  readonly tool_calls?: readonly ChatToolCall[];
}

export interface ToolMessage {
  readonly role: 'tool';
  readonly tool_call_id: string;
  readonly content: string;
}

export interface ChatToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}
