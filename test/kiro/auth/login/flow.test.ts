import { describe, expect, it } from 'vitest';
import { suggestName } from '../../../../src/kiro/auth/login/flow.ts';
import type { Credential } from '../../../../src/kiro/auth/token.ts';

describe('the name of a new account', () => {
  it.each<[Partial<Credential> & Pick<Credential, 'kind'>, string]>([
    [{ kind: 'social', provider: 'Google' }, 'google'],
    [{ kind: 'social' }, 'social'],
    [{ kind: 'social', provider: '??' }, 'social'],
    [{ kind: 'social', provider: ' My Provider! ' }, 'my-provider'],
    [{ kind: 'oidc', provider: 'BuilderId', startUrl: 'https://view.awsapps.com/start' }, 'builder-id'],
    [{ kind: 'oidc', provider: 'Enterprise', startUrl: 'https://acme.awsapps.com/start' }, 'acme'],
    [{ kind: 'oidc', provider: 'Enterprise', startUrl: 'nowhere' }, 'builder-id'],
    [{ kind: 'oidc', provider: 'Enterprise' }, 'builder-id'],
    [{ kind: 'external-idp', provider: 'ExternalIdp', startUrl: 'https://acme.example/' }, 'organisation'],
    [{ kind: 'api-key' }, 'api-key'],
  ])('of %j is %s', (credential, name) => {
    expect(suggestName({ accessToken: 'a', ...credential } as Credential)).toBe(name);
  });
});
