// The one place of estimates.
export { countChat, countChatGently } from './tokens/chat.ts';
export { createInputCount, type InputCount } from './tokens/input.ts';
export { countTokens } from './tokens/text.ts';
