import type { HttpAnswer } from '../script.ts';
import type { OpenRequest } from '../seen.ts';
import type { State } from '../state.ts';
import { answerWith, readLifetime, refreshTokens, refuseForm } from './refresh.ts';

/** The token endpoint of an external identity provider: a form in, snake case out. */
export function answerExternalToken(request: OpenRequest, state: State): HttpAnswer {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('application/x-www-form-urlencoded')) {
    throw refuseForm(request, 'content-type', 'must be application/x-www-form-urlencoded');
  }
  const form = request.body as Readonly<Record<string, string>>;
  if (form['grant_type'] !== 'refresh_token') throw refuseForm(request, 'grant_type', 'must be refresh_token');
  const { accessToken, refreshToken } = refreshTokens(request, state, {
    kind: 'external',
    token: form['refresh_token'],
    clientId: form['client_id'],
  });
  return answerWith({
    token_type: 'Bearer',
    access_token: accessToken,
    expires_in: readLifetime(state.book),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
  });
}
