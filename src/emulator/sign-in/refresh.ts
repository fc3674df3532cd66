import type { IssuedTokens, LoginKind, TokenBook } from '../credentials.ts';
import { Refusal, writeSignInRefusal } from '../refusal.ts';
import type { HttpAnswer } from '../script.ts';
import type { OpenRequest } from '../seen.ts';
import type { State } from '../state.ts';

/** New tokens for a refresh token; without rotation the old refresh token stays. */
export function refreshTokens(
  request: OpenRequest,
  state: State,
  { kind, token, clientId }: { readonly kind: LoginKind; readonly token: unknown; readonly clientId?: unknown },
): Omit<IssuedTokens, 'refreshToken'> & { refreshToken?: string } {
  const known = state.book.refresh.get(`${token}`);
  if (known?.state === 'used') {
    const message = 'a refresh token that a newer one has replaced was used again';
    request.violations.push({ rule: 'refresh-reuse', path: 'refreshToken', message });
  }
  if (known?.state !== 'live' || known.kind !== kind || (known.clientId !== undefined && known.clientId !== clientId)) {
    throw new Refusal(writeSignInRefusal('invalid_grant', 'Invalid refresh token provided'));
  }
  if (!state.rotate) {
    const { refreshToken: _, ...rest } = state.book.issue(kind, known.clientId);
    return rest;
  }
  known.state = 'used';
  return state.book.issue(kind, known.clientId);
}

/** Whole seconds, as the sign-in services count. */
export const readLifetime = ({ lifetime }: TokenBook): number => Math.max(1, Math.round(lifetime / 1000));

/** A sign-in call that has not the form of its service: refused, and remembered. */
export function refuseForm(request: OpenRequest, path: string, message: string): Refusal {
  request.violations.push({ rule: '6', path, message });
  return new Refusal(writeSignInRefusal('invalid_request', `${path} ${message}`));
}

/** The members of a JSON body. */
export function readMembers(request: OpenRequest): Readonly<Record<string, unknown>> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\b/.test(type)) throw refuseForm(request, 'content-type', 'must be application/json');
  if (typeof request.body !== 'object' || request.body === null) throw refuseForm(request, 'body', 'must be an object');
  return request.body as Readonly<Record<string, unknown>>;
}

/** The answer of a sign-in service that went well. */
export const answerWith = (body: object): HttpAnswer => ({ status: 200, body });
