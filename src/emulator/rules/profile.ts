import type { ListedProfile } from '../account.ts';
import type { SignedCall } from './headers.ts';
import type { Breach, Rules } from './rule.ts';
import { isObject } from './shape.ts';

/** A call that may name a profile. */
export interface ProfileCall extends SignedCall {
  readonly profiles: readonly ListedProfile[];
}

/** Rules about the profile that a call is made for. */
export const profileRules: Rules<ProfileCall> = {
  '1 profile': checkProfile,
  '1 profile header': checkProfileHeader,
};

function* checkProfile({ request, login, profiles }: ProfileCall): Iterable<Breach> {
  if (login === undefined) return;
  const arn = readArn(request);
  const path = 'profileArn';
  if (login === 'api-key') {
    if (arn !== undefined) yield { path, message: 'must be left out for an API key', says: 'Invalid profileArn.' };
  } else if (arn === undefined) {
    const says = 'profileArn is required for this request.';
    if (needsProfile.includes(request.operation)) yield { path, message: says, says };
  } else if (!isKnown(arn, request.operation, profiles)) {
    yield { path, message: `${arn} is not a profile of this account`, says: 'Invalid profileArn.' };
  }
}

/** The profile in the body and in the query; the body's counts where both have one. */
function readArn({ body, query }: SignedCall['request']): unknown {
  return (isObject(body) ? body['profileArn'] : undefined) ?? query['profileArn'];
}

function isKnown(arn: unknown, operation: string, profiles: readonly ListedProfile[]): boolean {
  if (profiles.some(profile => profile.arn === arn)) return true;
  return arn === builderIdProfile && operation === 'GenerateAssistantResponse';
}

function* checkProfileHeader(call: ProfileCall): Iterable<Breach> {
  if (call.request.operation !== 'InvokeMCP') return;
  const name = 'x-amzn-kiro-profile-arn';
  if (call.request.headers[name] !== readArn(call.request)) {
    yield { path: `header ${name}`, message: 'must repeat the profileArn of the body' };
  }
}

const needsProfile = ['GenerateAssistantResponse', 'InvokeMCP'];
/** What kiro-cli sends for a Builder ID. */
const builderIdProfile = 'arn:aws:codewhisperer:us-east-1:638616132270:profile/AAAACCCCXXXX';
