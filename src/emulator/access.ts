import type { LoginKind } from './credentials.ts';
import { Refusal, writeRefusal } from './refusal.ts';
import type { SeenRequest } from './seen.ts';
import type { State } from './state.ts';

/** Who makes a call, by its bearer token; undefined where tokens are not checked. */
export function readLogin({ headers }: SeenRequest, { book, checkTokens, now }: State): LoginKind | undefined {
  const [, bearer] = /^Bearer (\S+)$/.exec(headers['authorization'] ?? '') ?? [];
  if (bearer === undefined) {
    throw new Refusal(writeRefusal(403, 'AccessDeniedException', 'Missing Authentication Token'));
  }
  const token = book.access.get(bearer);
  if (token !== undefined && token.expiresAt > now()) return token.kind;
  if (!checkTokens) return undefined;
  const message = 'The bearer token included in the request is invalid.';
  throw new Refusal(writeRefusal(403, 'AccessDeniedException', message, null));
}
