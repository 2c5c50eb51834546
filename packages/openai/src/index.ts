export type { OpenAIChatOptions } from './chat-options.js';
export { OpenAIChat, openaiChat } from './open-ai-chat.js';
