import { hash } from 'node:crypto';
import type { Block, ChatRequest, Message } from '../core/chat.ts';

/** A UUID of version 5 (RFC 9562): equal texts, equal identifiers. */
export function uuidOf(text: string): string {
  const bytes = hash('sha1', space + text, 'buffer');
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * The same for every request of one conversation: the service's cache of some models hangs on it. Made of the session
 * that the client names, else of the model and of how the conversation starts.
 */
export function conversationIdOf(
  { session, messages }: Pick<ChatRequest, 'session' | 'messages'>,
  modelId: string,
): string {
  if (session !== undefined && session !== '') return uuidOf(JSON.stringify(['session', session]));
  const first = messages.findIndex(message => message.role === 'user' && textsOf(message).length > 0);
  const start = messages.slice(0, first + 1).filter(message => message.role !== 'assistant');
  return uuidOf(JSON.stringify(['start', modelId, ...start.flatMap(textsOf)]));
}

/** One for each turn of the user: the tool results in between belong to it. */
export function continuationIdOf(conversationId: string, messages: readonly Message[]): string {
  const asked = messages.filter(
    ({ role, content }) => role === 'user' && content.length > 0 && !content.some(isResult),
  );
  return uuidOf(JSON.stringify(['turn', conversationId, asked.length]));
}

function textsOf({ content }: Message): readonly string[] {
  return content.flatMap(block => (block.type === 'text' ? [block.text] : []));
}

function isResult(block: Block): boolean {
  return block.type === 'tool-result';
}

// A name space of 16 bytes, ours alone. Any will do, as long as it never changes.
const space = 'kiro-gw:requests';
