import { createHash } from 'node:crypto';

// Any constant will do, as long as it never changes: it keeps our identifiers apart from everybody else's.
const space = Buffer.from('6f1a1c6e53d04c1f9d3b8f0e2f7a4b15', 'hex');

/** A UUID of version 5 (RFC 9562): equal texts, equal identifiers. */
export function uuidOf(text: string): string {
  const bytes = createHash('sha1').update(space).update(text, 'utf8').digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/**
 * The same for every request of one conversation: the service's cache of some models hangs on it. Made of the session
 * that the client names, else of how the conversation starts.
 */
export function conversationIdOf(session: string | undefined, start: readonly string[]): string {
  return uuidOf(JSON.stringify(session === undefined || session === '' ? ['start', ...start] : ['session', session]));
}

/** One for each turn of the user: tool results in between belong to it. */
export function continuationIdOf(conversationId: string, userTurns: number): string {
  return uuidOf(JSON.stringify(['turn', conversationId, userTurns]));
}
