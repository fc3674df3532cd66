import { createHash, randomBytes } from 'node:crypto';
import { Refusal, writeSignInRefusal } from '../refusal.ts';
import type { HttpAnswer } from '../script.ts';
import type { OpenRequest } from '../seen.ts';
import type { State } from '../state.ts';
import { answerWith, readLifetime, refreshTokens, refuseForm } from './refresh.ts';

/** What an external identity provider says of itself, below `/external`. */
export function answerExternalDiscovery(_: OpenRequest, { url }: State): HttpAnswer {
  const issuer = `${url}/external`;
  return answerWith({ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` });
}

/** Its page in the browser, where the user says yes at once. */
export function answerExternalSignIn(request: OpenRequest, state: State): HttpAnswer {
  const { query } = request;
  if (query['response_type'] !== 'code') throw refuseForm(request, 'response_type', 'must be code');
  if (query['code_challenge_method'] !== 'S256') throw refuseForm(request, 'code_challenge_method', 'must be S256');
  for (const name of ['client_id', 'redirect_uri', 'scope', 'state', 'code_challenge']) {
    if (!query[name]) throw refuseForm(request, name, 'is missing');
  }
  const { code_challenge: challenge = '', redirect_uri: callback = '', state: proof = '' } = query;
  const code = randomBytes(24).toString('base64url');
  state.codes.set(code, { challenge, callback });
  return { status: 302, headers: { location: `${callback}?${new URLSearchParams({ code, state: proof })}` }, body: '' };
}

/** Its token endpoint: a form in, snake case out. */
export function answerExternalToken(request: OpenRequest, state: State): HttpAnswer {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('application/x-www-form-urlencoded')) {
    throw refuseForm(request, 'content-type', 'must be application/x-www-form-urlencoded');
  }
  const form = request.body as Readonly<Record<string, string>>;
  const answer = grants[form['grant_type'] ?? ''];
  if (answer === undefined) throw refuseForm(request, 'grant_type', `must be ${Object.keys(grants).join(' or ')}`);
  const { accessToken, refreshToken } = answer(form, request, state);
  return answerWith({
    token_type: 'Bearer',
    access_token: accessToken,
    expires_in: readLifetime(state.book),
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
  });
}

type Grant = (
  form: Readonly<Record<string, string>>,
  request: OpenRequest,
  state: State,
) => { readonly accessToken: string; readonly refreshToken?: string };

const grants: Readonly<Record<string, Grant>> = {
  refresh_token: (form, request, state) =>
    refreshTokens(request, state, { kind: 'external', token: form['refresh_token'], clientId: form['client_id'] }),
  authorization_code(form, request, { codes, book }) {
    const known = codes.get(`${form['code']}`);
    codes.delete(`${form['code']}`);
    const challenge = createHash('sha256').update(`${form['code_verifier']}`).digest('base64url');
    const isGood = known?.challenge === challenge && known.callback === form['redirect_uri'];
    if (!isGood) throw new Refusal(writeSignInRefusal('invalid_grant', 'Invalid authorization code'));
    if (!form['client_id']) throw refuseForm(request, 'client_id', 'is missing');
    return book.issue('external', form['client_id']);
  },
};
