import { describe, expect, it } from 'vitest';
import { checkPage, signInWithAws } from '../../../../src/kiro/auth/login/oidc-device.ts';
import { device, now, startFlow, tokens } from '../support/scripted.ts';

const aws = 'https://oidc.us-east-1.amazonaws.com';
const client = { body: { clientId: 'id', clientSecret: 'secret' } };

describe('signing in with AWS', () => {
  it('registers this program, asks for a code, and polls with what it got', async () => {
    const complete = { verificationUriComplete: 'https://device.example/?user_code=ABCD', expiresIn: 300, interval: 2 };
    const { flow, events, waits, sent } = startFlow(client, { body: { ...device, ...complete } }, { body: tokens });
    expect(await signInWithAws(flow)).toEqual({
      kind: 'oidc',
      accessToken: 'a',
      refreshToken: 'r',
      expiresAt: now + 60_000,
      lifetime: 60_000,
      profileArn: undefined,
      provider: 'BuilderId',
      region: 'us-east-1',
      startUrl: 'https://view.awsapps.com/start',
      client: { id: 'id', secret: 'secret' },
    });
    expect(sent()).toEqual([
      {
        url: `${aws}/client/register`,
        json: {
          clientName: 'kiro-gw',
          clientType: 'public',
          scopes: ['codewhisperer:completions', 'codewhisperer:analysis', 'codewhisperer:conversations'],
          grantTypes: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
          issuerUrl: 'https://view.awsapps.com/start',
        },
      },
      {
        url: `${aws}/device_authorization`,
        json: { clientId: 'id', clientSecret: 'secret', startUrl: 'https://view.awsapps.com/start' },
      },
      {
        url: `${aws}/token`,
        json: {
          clientId: 'id',
          clientSecret: 'secret',
          grantType: 'urn:ietf:params:oauth:grant-type:device_code',
          deviceCode: 'd',
        },
      },
    ]);
    expect(events).toEqual([
      { type: 'open', url: 'https://device.example/?user_code=ABCD', code: 'ABCD', expiresAt: now + 300_000 },
    ]);
    expect(waits).toEqual([2000]);
  });

  it('does with the page alone, and with the usual times', async () => {
    for (const odd of [{}, { expiresIn: 'soon', interval: -1 }, { expiresIn: -1, interval: 'often' }]) {
      const { flow, events, waits } = startFlow(client, { body: { ...device, ...odd } }, { body: tokens });
      await signInWithAws(flow);
      expect(events).toEqual([
        { type: 'open', url: 'https://device.example/', code: 'ABCD', expiresAt: now + 600_000 },
      ]);
      expect(waits).toEqual([5000]);
    }
  });

  it('knows an organisation by its start page', async () => {
    const startUrl = 'https://d-123.awsapps.com/start/';
    const { flow, sent } = startFlow(client, { body: device }, { body: tokens });
    const credential = await signInWithAws(flow, { startUrl, region: 'eu-west-1' });
    expect(credential).toMatchObject({ provider: 'Enterprise', region: 'eu-west-1', startUrl });
    expect(sent()[0]?.url).toBe('https://oidc.eu-west-1.amazonaws.com/client/register');
    const own = startFlow(client, { body: device }, { body: tokens });
    expect(await signInWithAws(own.flow, { startUrl: 'https://view.awsapps.com/start//' })).toMatchObject({
      provider: 'BuilderId',
    });
  });

  it.each([
    ['http://d-123.awsapps.com/start'],
    ['https://user@d-123.awsapps.com/start'],
    ['https://:secret@d-123.awsapps.com/start'],
    ['somewhere'],
  ])('does not ask at %s', async startUrl => {
    const { flow, sent } = startFlow();
    await expect(signInWithAws(flow, { startUrl })).rejects.toMatchObject({ kind: 'invalid', param: 'start-url' });
    expect(sent()).toEqual([]);
  });

  it.each([
    ['authorization_pending', [5000, 5000]],
    ['AuthorizationPendingException', [5000, 5000]],
    ['slow_down', [5000, 10_000]],
    ['SlowDownException', [5000, 10_000]],
  ])('goes on after %s', async (error, times) => {
    const { flow, waits } = startFlow(client, { body: device }, { status: 400, body: { error } }, { body: tokens });
    expect(await signInWithAws(flow)).toMatchObject({ accessToken: 'a' });
    expect(waits).toEqual(times);
  });

  it.each([
    ['expired_token', /expired/],
    ['ExpiredTokenException', /expired/],
    ['access_denied', /denied/],
    ['AccessDeniedException', /denied/],
    ['invalid_client', /AWS refused the sign-in \(invalid_client\)/],
  ])('ends at %s', async (error, message) => {
    const { flow } = startFlow(client, { body: device }, { status: 400, body: { error } });
    await expect(signInWithAws(flow)).rejects.toMatchObject({ kind: 'login', message: expect.stringMatching(message) });
  });

  it.each([
    [[{ body: { clientSecret: 's' } }], 'clientId'],
    [[{ body: { clientId: 'i' } }], 'clientSecret'],
    [[client, { body: { ...device, deviceCode: 7 } }], 'deviceCode'],
    [[client, { body: { ...device, verificationUri: undefined } }], 'verificationUri'],
    [[client, { body: { ...device, userCode: '' } }], 'userCode'],
  ])('says what is missing in an answer', async (script, member) => {
    await expect(signInWithAws(startFlow(...script).flow)).rejects.toMatchObject({
      kind: 'upstream',
      message: `oidc.us-east-1.amazonaws.com answered 200 without ${member}. Try again in a minute.`,
    });
  });

  it('is refused with advice where the service does not even begin', async () => {
    const refused = { status: 400, body: { error: 'invalid_request' } };
    for (const script of [[refused], [client, refused]]) {
      await expect(signInWithAws(startFlow(...script).flow)).rejects.toMatchObject({
        kind: 'login',
        message: 'AWS refused to begin the sign-in (invalid_request). Check the start URL and the region.',
      });
    }
  });
});

describe('a page that a browser is sent to', () => {
  it('is a web address', () => {
    expect(checkPage('https://a.example/x')).toBe('https://a.example/x');
    expect(checkPage('http://localhost:1/')).toBe('http://localhost:1/');
    for (const text of ['javascript:alert(1)', 'file:///etc/passwd', 'nothing']) {
      expect(() => checkPage(text)).toThrow(expect.objectContaining({ kind: 'upstream' }));
    }
  });
});
