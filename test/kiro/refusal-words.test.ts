import { describe, expect, it } from 'vitest';
import { table } from '../../src/cli/settings.ts';
import { ChatError, type ErrorKind } from '../../src/core/errors.ts';
import { type RefusalSigns, remedyOf, statusOf, toRefusal } from '../../src/kiro/refusal.ts';
import { bareName, readRetryAfter, upstreamIdOf } from '../../src/kiro/reply.ts';
import { defaultSettings, limitsOf, patienceOf, quickLimits } from '../../src/kiro/settings.ts';
import { readUsage } from '../../src/kiro/usage.ts';

const plain: RefusalSigns = { status: 400, type: '', reason: '', message: 'Words.' };

describe('the words of a refusal', () => {
  it.each<[Partial<RefusalSigns>, string, string]>([
    [{ status: 402 }, 'HTTP_402', 'The Kiro allowance is used up: Words. See: kiro-gw usage'],
    [
      { reason: 'DAILY_REQUEST_COUNT' },
      'DAILY_REQUEST_COUNT',
      'The Kiro allowance is used up: Words. See: kiro-gw usage',
    ],
    [{ reason: 'TEMPORARILY_SUSPENDED' }, 'TEMPORARILY_SUSPENDED', 'Kiro has suspended the account: Words.'],
    [{ message: 'INPUT IS TOO LONG. By far.' }, 'HTTP_400', 'prompt is too long'],
    [{ status: 500, message: 'Input is too long.' }, 'HTTP_500', 'Kiro failed: Input is too long.'],
    [{ reason: 'INVALID_MODEL_ID' }, 'INVALID_MODEL_ID', 'Kiro refused the request: Words.'],
    [
      { message: ' additionalModelRequestFields is not supported' },
      'MODEL_FIELDS_REFUSED',
      'Kiro refused the request: additionalModelRequestFields is not supported',
    ],
    [
      { status: 500, message: 'x is not defined in the schema' },
      'HTTP_500',
      'Kiro failed: x is not defined in the schema',
    ],
    [
      { message: ' profileArn is required' },
      'PROFILE_REFUSED',
      'Kiro does not accept the profile of the account: profileArn is required Run: kiro-gw login, or set PROFILE_ARN.',
    ],
    [{ status: 500, message: 'Invalid profileArn' }, 'HTTP_500', 'Kiro failed: Invalid profileArn'],
    [{ status: 401 }, 'TOKEN_REFUSED', 'Kiro refused the sign-in of the gateway: Words. Run: kiro-gw login'],
    [
      { status: 403, message: ' The security token included is odd' },
      'TOKEN_REFUSED',
      'Kiro refused the sign-in of the gateway: The security token included is odd Run: kiro-gw login',
    ],
    [
      { status: 403, type: 'UnrecognizedClientException' },
      'TOKEN_REFUSED',
      'Kiro refused the sign-in of the gateway: Words. Run: kiro-gw login',
    ],
    [
      { status: 403, type: 'UnauthorizedException' },
      'TOKEN_REFUSED',
      'Kiro refused the sign-in of the gateway: Words. Run: kiro-gw login',
    ],
    [{ status: 400, type: 'UnauthorizedException' }, 'UnauthorizedException', 'Kiro refused the request: Words.'],
    [{ status: 403 }, 'HTTP_403', 'Kiro does not allow this: Words.'],
    [
      { reason: 'INSUFFICIENT_MODEL_CAPACITY' },
      'INSUFFICIENT_MODEL_CAPACITY',
      'Kiro has no capacity for this model now: Words.',
    ],
    [
      { status: 400, message: 'unexpectedly high load' },
      'HTTP_400',
      'Kiro refused the request: unexpectedly high load',
    ],
    [{ status: 429, type: 'ThrottlingException' }, 'ThrottlingException', 'Kiro asks to slow down: Words.'],
    [{ status: 404 }, 'UNKNOWN_OPERATION', 'This Kiro host does not know the call: Words. Try KIRO_ENDPOINT=auto.'],
    [{ status: 413 }, 'HTTP_413', 'Kiro refused the request: Words.'],
    [{ status: 408 }, 'HTTP_408', 'Kiro failed: Words.'],
    [{ status: 399 }, 'HTTP_399', 'Kiro failed: Words.'],
    [{ status: 500, message: ' ', reason: 'WHY', type: 'What' }, 'WHY', 'Kiro failed: WHY'],
    [{ status: 500, message: '', type: 'What' }, 'What', 'Kiro failed: What'],
    [{ status: 500, message: '' }, 'HTTP_500', 'Kiro failed: HTTP status 500'],
    [{ message: ` a\n\tb  ${'x'.repeat(600)}` }, 'HTTP_400', `Kiro refused the request: a b ${'x'.repeat(496)}`],
  ])('%j', (signs, code, message) => {
    const error = toRefusal({ ...plain, ...signs });
    expect([error.code, error.message]).toEqual([code, message]);
    const named = toRefusal({ ...plain, ...signs, upstreamId: 'up-1', retryAfter: 2 });
    expect(named.message).toBe(message === 'prompt is too long' ? message : `${message} (Kiro request up-1)`);
    expect(named).toMatchObject({ upstreamId: 'up-1', retryAfter: 2 });
  });

  it.each<[ErrorKind, string]>([
    ['overloaded', 'capacity'],
    ['rate', 'rate'],
    ['upstream', 'transient'],
    ['network', 'transient'],
    ['timeout', 'transient'],
    ['invalid', 'none'],
    ['quota', 'none'],
    ['login', 'none'],
  ])('of kind %s call for %s', (kind, remedy) => {
    expect(remedyOf(new ChatError(kind, 'No.'))).toBe(remedy);
  });

  it.each([
    ['ValidationException', 400],
    ['UnauthorizedException', 401],
    ['ExpiredTokenException', 401],
    ['ServiceQuotaExceededException', 402],
    ['AccessDeniedException', 403],
    ['ThrottlingException', 429],
    ['ServiceUnavailableException', 503],
    ['', 500],
  ])('in a stream, %s stands for %d', (type, status) => {
    expect(statusOf(type)).toBe(status);
  });
});

describe('what else a refusal says', () => {
  it.each([
    ['3', undefined, 3],
    [' 2.5 ', undefined, 2.5],
    ['-1', undefined, undefined],
    ['', undefined, undefined],
    ['soon', undefined, undefined],
    [undefined, undefined, undefined],
    [undefined, 1500, 1.5],
    ['9', 0, 0],
    ['9', -1, 9],
    ['9', 'many', 9],
    ['Thu, 01 Jan 1970 00:00:30 GMT', undefined, 20],
    ['Thu, 01 Jan 1970 00:00:05 GMT', undefined, 0],
  ])('is when to come back: %j and %j', (header, milliseconds, seconds) => {
    expect(readRetryAfter(header, milliseconds, 10_000)).toBe(seconds);
  });

  it.each([
    ['aws.x#Name:http://y', 'Name'],
    ['Name', 'Name'],
    ['a#b#Name', 'Name'],
    ['', ''],
  ])('is the bare name in %j', (type, name) => {
    expect(bareName(type)).toBe(name);
  });

  it('is the service’s own id, if it looks like one', () => {
    const idOf = (headers: Record<string, string>) =>
      upstreamIdOf({ header: (name: string) => headers[name] } as never);
    for (const name of ['x-amzn-requestid', 'x-amzn-request-id', 'x-amz-request-id']) {
      expect(idOf({ [name]: 'abc-1_2' })).toBe('abc-1_2');
    }
    expect(idOf({ 'x-amzn-requestid': 'bad id', 'x-amz-request-id': 'good' })).toBe('good');
    expect(idOf({ 'x-amzn-requestid': 'x'.repeat(129) })).toBeUndefined();
    expect(idOf({ 'x-amzn-requestid': '' })).toBeUndefined();
  });
});

describe('what a user has not set', () => {
  it('is the same for the service and on the command line', () => {
    const names = Object.keys(defaultSettings).filter(name => name in table);
    expect(names.length).toBeGreaterThan(8);
    for (const name of names) {
      const setting = table[name as keyof typeof table] as { fallback?: string; read: (text: string) => unknown };
      if (setting.fallback === undefined) continue;
      expect([name, setting.read(setting.fallback)]).toEqual([
        name,
        defaultSettings[name as keyof typeof defaultSettings],
      ]);
    }
  });

  it('leads to these limits', () => {
    const limits = { maxRetries: 3, baseDelay: 1000, rateBackoff: 5000, firstTokenRetries: 3, deadline: 900_000 };
    expect(limitsOf(defaultSettings)).toEqual(limits);
    expect(quickLimits(defaultSettings)).toEqual({ ...limits, maxRetries: 1, deadline: 30_000 });
    expect(quickLimits({ ...defaultSettings, maxRetries: 0 }).maxRetries).toBe(0);
    expect(patienceOf(defaultSettings)).toEqual({ firstToken: 300_000, silence: 300_000, warn: 60_000 });
    expect(patienceOf({ ...defaultSettings, streamingReadTimeout: 10_000 }).warn).toBe(5000);
  });
});

describe('the usage of an account, in odd forms', () => {
  const of = (entry: object, more: object = {}) => readUsage({ usageBreakdownList: [entry], ...more } as never);

  it.each([
    [{ overageStatus: 'enabled' }, {}, { enabled: true, used: 0 }],
    [{}, { currentOverages: 2 }, { enabled: false, used: 2 }],
    [{}, { currentOverages: 2, currentOveragesWithPrecision: 2.5 }, { enabled: false, used: 2.5 }],
    [{}, { currentOverages: 2, overageRate: 0.04, overageCap: 5 }, { enabled: false, used: 2, rate: 0.04, cap: 5 }],
    [{}, { currentOverages: 2, overageCap: 5, overageCapWithPrecision: 5.5 }, { enabled: false, used: 2, cap: 5.5 }],
    [{}, { overageRate: 0.04 }, undefined],
    [null, { currentOverages: '2' }, undefined],
  ])('has its overage: %j %j', (overageConfiguration, entry, overage) => {
    expect(of(entry, { overageConfiguration }).overage).toEqual(overage);
  });

  it.each([
    [1_700_000_000, 1_700_000_000_000],
    [1_700_000_000.5, 1_700_000_000_500],
    [1_700_000_000_000.4, 1_700_000_000_000],
    ['2026-01-01T00:00:00Z', Date.parse('2026-01-01')],
    ['soon', undefined],
    [0, undefined],
    [-5, undefined],
    [null, undefined],
  ])('is renewed at %j', (nextDateReset, time) => {
    expect(of({}, { nextDateReset }).resetsAt).toBe(time);
    expect(of({ nextDateReset }).resetsAt).toBe(time);
  });

  it('counts trial and bonuses that are active, by any spelling, and names them', () => {
    const usage = of({
      displayNamePlural: 'Requests',
      usageLimit: 1,
      freeTrialInfo: { freeTrialStatus: 'active', usageLimit: 2, currentUsage: 0.1 },
      bonuses: [{ status: 'Active', usageLimit: 4, currentUsage: 0.2 }, { status: 'USED', usageLimit: 8 }, 7],
    });
    expect(usage).toEqual({
      unit: 'requests',
      used: 0.3,
      limit: 7,
      parts: [
        { name: 'plan', used: 0, limit: 1 },
        { name: 'trial', used: 0.1, limit: 2 },
        { name: 'bonus', used: 0.2, limit: 4 },
      ],
    });
  });

  it('is that of credits among others, else the first, with plan and address', () => {
    const list = [
      { resourceType: 'A', usageLimit: 1 },
      { resourceType: 'CREDIT', usageLimit: 2 },
    ];
    expect(readUsage({ usageBreakdownList: list }).limit).toBe(2);
    expect(readUsage({ usageBreakdownList: list.slice(0, 1) }).limit).toBe(1);
    const who = { subscriptionInfo: { type: 'PRO' }, userInfo: { email: '' } };
    expect(of({}, who)).toMatchObject({ plan: 'PRO' });
    expect(of({}, who)).not.toHaveProperty('email');
  });
});
