import { anthropic } from './anthropic/index.ts';
import { openaiChat } from './openai-chat/index.ts';
import { openaiCompletions } from './openai-completions/index.ts';

export type { Call, Dialect, ErrorAnswer, Header } from './dialect.ts';

/** The client APIs that the gateway speaks. The Responses API keeps answers, so the server makes its own. */
export const dialects = { anthropic, openaiChat, openaiCompletions };
