import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arn, createMachine, inMinutes, type TestMachine } from './support/machine.ts';

let machine: TestMachine;
beforeEach(() => {
  machine = createMachine();
});
afterEach(() => machine.remove());

describe('finding a sign-in', () => {
  it('uses a living token of the Kiro IDE without asking anybody', async () => {
    machine.json(machine.at('.aws/sso/cache/kiro-auth-token.json'), {
      accessToken: 'live',
      refreshToken: 'r',
      expiresAt: inMinutes(60),
      region: 'us-east-1',
      authMethod: 'social',
      provider: 'Google',
      profileArn: arn,
    });
    const auth = machine.auth();
    expect(await auth.login()).toMatchObject({ accessToken: 'live', profileArn: arn, region: 'us-east-1' });
  });
  it('says so when there is none', async () => {
    await expect(machine.auth().login()).rejects.toThrow('No Kiro sign-in was found on this machine');
  });
});
