import type { ChatRequest } from '../core/chat.ts';

/** Tokens of a text, estimated. */
export function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** Tokens of a request, estimated. */
export function countChat(chat: ChatRequest): number {
  return countTokens(JSON.stringify(chat.messages)) + countTokens(JSON.stringify(chat.tools));
}

/** The same, without holding up anything else. */
export async function countChatGently(chat: ChatRequest): Promise<number> {
  return countChat(chat);
}
