import { createHash, randomBytes } from 'node:crypto';
import { Refusal, writeSignInRefusal } from '../refusal.ts';
import type { HttpAnswer } from '../script.ts';
import type { OpenRequest } from '../seen.ts';
import type { State } from '../state.ts';
import { answerWith, readLifetime, readMembers, refreshTokens, refuseForm } from './refresh.ts';

/** `POST /refreshToken` of the Kiro sign-in. */
export function answerSocialRefresh(request: OpenRequest, state: State): HttpAnswer {
  const { refreshToken } = readMembers(request);
  return writeTokens(refreshTokens(request, state, { kind: 'social', token: refreshToken }), state);
}

/** `GET /signin`: the page in the browser, where the user says yes at once. */
export function answerSignIn(request: OpenRequest, state: State): HttpAnswer {
  const {
    state: proof,
    code_challenge: challenge,
    code_challenge_method: method,
    redirect_uri: target,
  } = request.query;
  if (!proof) throw refuseForm(request, 'state', 'is missing');
  if (!challenge || method !== 'S256') throw refuseForm(request, 'code_challenge', 'must be there, with S256');
  if (request.query['redirect_from'] !== 'kirocli') throw refuseForm(request, 'redirect_from', 'must be kirocli');
  if (!target || !/^http:\/\/localhost:\d+$/.test(target)) {
    throw refuseForm(request, 'redirect_uri', 'must be http://localhost:{port}');
  }
  const callback = `${target}/oauth/callback?login_option=google`;
  const code = randomBytes(24).toString('base64url');
  state.codes.set(code, { challenge, callback });
  return {
    status: 302,
    headers: { location: `${callback}&code=${code}&state=${encodeURIComponent(proof)}` },
    body: '',
  };
}

/** `POST /oauth/token`: the code of the browser for tokens, once. */
export function answerSocialToken(request: OpenRequest, state: State): HttpAnswer {
  const { code, code_verifier: verifier, redirect_uri: target } = readMembers(request);
  const known = state.codes.get(`${code}`);
  state.codes.delete(`${code}`);
  const challenge = createHash('sha256').update(`${verifier}`).digest('base64url');
  if (known === undefined) throw new Refusal(writeSignInRefusal('invalid_grant', 'Invalid authorization code'));
  if (known.challenge !== challenge) throw new Refusal(writeSignInRefusal('invalid_grant', 'Invalid code verifier'));
  if (known.callback !== target) throw new Refusal(writeSignInRefusal('invalid_grant', 'Invalid redirect uri'));
  return writeTokens(state.book.issue('social'), state);
}

/** `POST /oauth/device/authorization`. */
export function answerSocialDevice(request: OpenRequest, state: State): HttpAnswer {
  const { clientId, loginProvider } = readMembers(request);
  if (clientId !== 'kiro-cli') throw refuseForm(request, 'clientId', 'must be kiro-cli');
  if (loginProvider !== 'Google' && loginProvider !== 'Github') {
    throw refuseForm(request, 'loginProvider', 'must be Google or Github');
  }
  const deviceCode = randomBytes(24).toString('base64url');
  const userCode = randomBytes(4).toString('hex').toUpperCase();
  state.devices.set(deviceCode, clientId);
  const verificationUri = `${state.url}/device`;
  return answerWith({
    deviceCode,
    userCode,
    verificationUri,
    verificationUriComplete: `${verificationUri}?user_code=${userCode}`,
    intervalInMilliseconds: state.pollInterval * 1000,
    expiresInMilliseconds: 600_000,
  });
}

/** `POST /oauth/device/poll`. This service has fewer words for what can happen. */
export function answerSocialPoll(request: OpenRequest, state: State): HttpAnswer {
  const { clientId, deviceCode } = readMembers(request);
  if (clientId !== 'kiro-cli') throw refuseForm(request, 'clientId', 'must be kiro-cli');
  if (!state.devices.has(`${deviceCode}`)) return answerWith({ status: 'invalid_token' });
  const outcome = state.polls.shift() ?? 'authorized';
  if (outcome === 'authorization_pending' || outcome === 'slow_down') {
    return answerWith({ status: 'authorization_pending' });
  }
  state.devices.delete(`${deviceCode}`);
  if (outcome !== 'authorized') {
    return answerWith({ status: outcome === 'expired_token' ? outcome : 'invalid_token' });
  }
  const { body } = writeTokens(state.book.issue('social'), state);
  return answerWith({ status: 'authorized', ...(body as object) });
}

/** `POST /logout`. */
export function answerLogout(request: OpenRequest, { book }: State): HttpAnswer {
  const token = book.refresh.get(`${readMembers(request)['refreshToken']}`);
  if (token !== undefined) token.state = 'revoked';
  return answerWith({});
}

function writeTokens(tokens: { accessToken: string; refreshToken?: string }, { book, profiles }: State): HttpAnswer {
  const { accessToken, refreshToken } = tokens;
  return answerWith({
    accessToken,
    expiresIn: readLifetime(book),
    profileArn: profiles[0]?.arn,
    ...(refreshToken === undefined ? {} : { refreshToken }),
  });
}
