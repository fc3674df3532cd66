import type { ChatRequest, Message } from '../core/chat.ts';

/** Remembers which conversations had a tool call cut, until their next request says so to the model. */
export interface Truncations {
  remember(conversationId: string, tools: readonly string[]): void;
  /** The names of the cut calls, once. */
  take(conversationId: string): readonly string[] | undefined;
}

/** Remembers the newest `most` conversations. */
export function createTruncations(most = 1000): Truncations {
  const cut = new Map<string, readonly string[]>();
  return {
    remember(conversationId, tools) {
      cut.delete(conversationId);
      cut.set(conversationId, tools);
      const [oldest] = cut.keys();
      if (cut.size > most && oldest !== undefined) cut.delete(oldest);
    },
    take(conversationId) {
      const tools = cut.get(conversationId);
      cut.delete(conversationId);
      return tools;
    },
  };
}

/** The conversation with a plain note to the model that its last calls were cut for size. */
export function withTruncationNote(chat: ChatRequest, tools: readonly string[]): ChatRequest {
  const names = [...new Set(tools)].filter(name => name !== '').join(', ');
  const text =
    `[Note: your last answer was cut off while you were calling ${names === '' ? 'a tool' : names}. ` +
    'The call was too large, so it was not made. Make it again in smaller pieces.]';
  const last = chat.messages.at(-1);
  const note: Message = { role: 'user', content: [{ type: 'text', text }] };
  if (last?.role !== 'user') return { ...chat, messages: [...chat.messages, note] };
  return {
    ...chat,
    messages: [...chat.messages.slice(0, -1), { ...last, content: [...last.content, ...note.content] }],
  };
}
