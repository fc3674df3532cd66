import { randomBytes } from 'node:crypto';
import { Refusal, writeSignInRefusal } from '../refusal.ts';
import type { HttpAnswer } from '../script.ts';
import type { OpenRequest } from '../seen.ts';
import type { State } from '../state.ts';
import { answerWith, readLifetime, readMembers, refreshTokens, refuseForm } from './refresh.ts';

/** `POST /client/register` of the AWS sign-in. */
export function answerRegister(request: OpenRequest, { book, now }: State): HttpAnswer {
  const { clientName, clientType, scopes } = readMembers(request);
  if (typeof clientName !== 'string' || clientName === '') throw refuseForm(request, 'clientName', 'is missing');
  if (clientType !== 'public') throw refuseForm(request, 'clientType', 'must be public');
  if (!Array.isArray(scopes) || !scopes.every(scope => knownScopes.includes(scope))) {
    throw new Refusal(writeSignInRefusal('invalid_scope', 'Invalid scope provided'));
  }
  const issuedAt = Math.floor(now() / 1000);
  const secretLifetime = 90 * 86_400;
  return answerWith({
    ...book.register(),
    clientIdIssuedAt: issuedAt,
    clientSecretExpiresAt: issuedAt + secretLifetime,
  });
}

/** `POST /device_authorization`. */
export function answerDeviceAuthorization(request: OpenRequest, state: State): HttpAnswer {
  const members = readMembers(request);
  const clientId = checkClient(members, state);
  const { startUrl } = members;
  if (typeof startUrl !== 'string' || !/^https:\/\/\S+$/.test(startUrl)) {
    throw refuseForm(request, 'startUrl', 'must be an https address');
  }
  const deviceCode = randomBytes(24).toString('base64url');
  const userCode = `${randomBytes(2).toString('hex')}-${randomBytes(2).toString('hex')}`.toUpperCase();
  state.devices.set(deviceCode, clientId);
  const verificationUri = `${startUrl}/#/device`;
  return answerWith({
    deviceCode,
    userCode,
    verificationUri,
    verificationUriComplete: `${verificationUri}?user_code=${userCode}`,
    expiresIn: 600,
    interval: state.pollInterval,
  });
}

/** `POST /token`, for a refresh token or for a device code. */
export function answerToken(request: OpenRequest, state: State): HttpAnswer {
  const members = readMembers(request);
  const clientId = checkClient(members, state);
  const { grantType } = members;
  if (grantType === 'refresh_token') {
    const token = members['refreshToken'];
    return writeTokens(refreshTokens(request, state, { kind: 'oidc', token, clientId }), state);
  }
  if (grantType !== 'urn:ietf:params:oauth:grant-type:device_code') {
    throw new Refusal(writeSignInRefusal('unsupported_grant_type', 'Unsupported grant type'));
  }
  const deviceCode = `${members['deviceCode']}`;
  if (state.devices.get(deviceCode) !== clientId) {
    throw new Refusal(writeSignInRefusal('invalid_grant', 'Invalid device code provided'));
  }
  const outcome = state.polls.shift() ?? 'authorized';
  if (outcome !== 'authorized') throw new Refusal(writeSignInRefusal(outcome, outcome.replaceAll('_', ' ')));
  state.devices.delete(deviceCode);
  return writeTokens(state.book.issue('oidc', clientId), state);
}

function checkClient(members: Readonly<Record<string, unknown>>, { book }: State): string {
  const clientId = `${members['clientId']}`;
  const secret = book.clients.get(clientId);
  if (secret !== undefined && secret === members['clientSecret']) return clientId;
  throw new Refusal(writeSignInRefusal('invalid_client', 'Invalid client provided', 401));
}

function writeTokens(tokens: { accessToken: string; refreshToken?: string }, { book }: State): HttpAnswer {
  const { accessToken, refreshToken } = tokens;
  const rotated = refreshToken === undefined ? {} : { refreshToken };
  return answerWith({ accessToken, expiresIn: readLifetime(book), tokenType: 'Bearer', ...rotated });
}

const knownScopes: readonly unknown[] = [
  'codewhisperer:completions',
  'codewhisperer:analysis',
  'codewhisperer:conversations',
  'codewhisperer:transformations',
  'codewhisperer:taskassist',
];
