import { describe, expect, it } from 'vitest';
import { remedyOf, statusOf, toRefusal } from '../../src/kiro/refusal.ts';
import { bareName, readRefusal, readRetryAfter } from '../../src/kiro/reply.ts';
import type { TransportResponse } from '../../src/kiro/transport.ts';

const plain = { status: 400, type: '', reason: '', message: '' };

describe('a refusal of the service', () => {
  it.each([
    [{ status: 400, reason: 'CONTENT_LENGTH_EXCEEDS_THRESHOLD' }, 'overflow', 'none'],
    [{ status: 400, message: 'Input is too long.' }, 'overflow', 'none'],
    [{ status: 400, message: 'Context window is full' }, 'overflow', 'none'],
    [{ status: 400, reason: 'INVALID_MODEL_ID' }, 'unknown-model', 'none'],
    [{ status: 400, reason: 'REQUEST_BODY_INVALID' }, 'invalid', 'none'],
    [{ status: 400, reason: 'TOOL_DUPLICATE' }, 'invalid', 'none'],
    [{ status: 400, reason: 'IMAGE_FORMAT_UNSUPPORTED' }, 'invalid', 'none'],
    [{ status: 400, message: 'Improperly formed request.' }, 'invalid', 'none'],
    [{ status: 400, reason: 'THINKING_SIGNATURE_INVALID' }, 'invalid', 'without-reasoning'],
    [
      { status: 400, message: 'additionalModelRequestFields is not supported for this model' },
      'invalid',
      'without-fields',
    ],
    [{ status: 400, message: "Property 'x' is not defined in the schema" }, 'invalid', 'without-fields'],
    [{ status: 400, message: 'profileArn is required for this request.' }, 'login', 'renew'],
    [{ status: 403, message: 'Invalid profileArn.' }, 'login', 'renew'],
    [{ status: 401 }, 'login', 'renew'],
    [{ status: 403, message: 'The bearer token included in the request is invalid.' }, 'login', 'renew'],
    [{ status: 403, message: 'Token expired' }, 'login', 'renew'],
    [{ status: 403, type: 'ExpiredTokenException' }, 'login', 'renew'],
    [{ status: 403, reason: 'TEMPORARILY_SUSPENDED', message: 'Token expired' }, 'suspended', 'none'],
    [{ status: 403, reason: 'FEATURE_NOT_SUPPORTED' }, 'forbidden', 'none'],
    [{ status: 403 }, 'forbidden', 'none'],
    [{ status: 402 }, 'quota', 'none'],
    [{ status: 429, reason: 'MONTHLY_REQUEST_COUNT' }, 'quota', 'none'],
    [{ status: 429, reason: 'DAILY_REQUEST_COUNT' }, 'quota', 'none'],
    [{ status: 429, reason: 'OVERAGE_REQUEST_LIMIT_EXCEEDED' }, 'quota', 'none'],
    [{ status: 429, reason: 'CONVERSATION_LIMIT_EXCEEDED' }, 'quota', 'none'],
    [{ status: 429, reason: 'INSUFFICIENT_MODEL_CAPACITY' }, 'overloaded', 'capacity'],
    [{ status: 500, reason: 'MODEL_TEMPORARILY_UNAVAILABLE' }, 'overloaded', 'capacity'],
    [{ status: 503, message: 'Encountered unexpectedly high load when processing it.' }, 'overloaded', 'capacity'],
    [{ status: 429, reason: 'USER_REQUEST_RATE_EXCEEDED' }, 'rate', 'rate'],
    [{ status: 429, reason: 'CREDIT_CONSUMPTION_RATE_EXCEEDED' }, 'rate', 'rate'],
    [{ status: 429 }, 'rate', 'rate'],
    [{ status: 500 }, 'upstream', 'transient'],
    [{ status: 502 }, 'upstream', 'transient'],
    [{ status: 503 }, 'upstream', 'transient'],
    [{ status: 504 }, 'timeout', 'transient'],
    [{ status: 524 }, 'timeout', 'transient'],
    [{ status: 404 }, 'upstream', 'endpoint'],
    [{ status: 400, type: 'UnknownOperationException' }, 'upstream', 'endpoint'],
    [{ status: 413 }, 'too-large', 'none'],
    [{ status: 418 }, 'invalid', 'none'],
    // Words that only look like a reason decide nothing.
    [{ status: 400, message: 'The text MONTHLY_REQUEST_COUNT stands in a tool.' }, 'invalid', 'none'],
    [{ status: 429, message: 'The prompt says: Input is too long.' }, 'rate', 'rate'],
    [{ status: 400, reason: 'constructor' }, 'invalid', 'none'],
  ] as const)('%j is of kind %s, and its remedy is %s', (signs, kind, remedy) => {
    const error = toRefusal({ ...plain, ...signs });
    expect(error.kind).toBe(kind);
    expect(remedyOf(error)).toBe(remedy);
  });

  it('says what the service said, in one bounded line, with the id of the call', () => {
    const error = toRefusal({ ...plain, message: `Bad\nthing ${'x'.repeat(2000)}`, upstreamId: 'abc-1' });
    expect(error.message).toMatch(/^Kiro refused the request: Bad thing x+ \(Kiro request abc-1\)$/);
    expect(error.message.length).toBeLessThan(600);
    expect(error.upstreamId).toBe('abc-1');
  });

  it('about the sign-in names the command that mends it', () => {
    expect(toRefusal({ ...plain, status: 401 }).message).toContain('kiro-gw login');
  });

  it('inside a stream stands for a status', () => {
    expect(statusOf('ThrottlingException')).toBe(429);
    expect(statusOf('ValidationException')).toBe(400);
    expect(statusOf('SomethingNew')).toBe(500);
    expect(statusOf('constructor')).toBe(500);
  });
});

const responseOf = (status: number, body: string, headers: Record<string, string> = {}): TransportResponse => ({
  status,
  header: name => headers[name],
  body: {
    async *[Symbol.asyncIterator]() {},
  },
  text: async () => body,
});

describe('reading a refusal', () => {
  it('takes the type from the header, else from the body, bare of its surroundings', async () => {
    expect(bareName('com.amazon.x#ThrottlingException:http://internal/coral')).toBe('ThrottlingException');
    const inBody = await readRefusal(responseOf(400, '{"__type":"a.b#UnknownOperationException"}'), 0);
    expect(inBody.code).toBe('UNKNOWN_OPERATION');
    const headers = { 'x-amzn-errortype': 'ExpiredTokenException:http://x' };
    expect((await readRefusal(responseOf(403, '{"__type":"Other"}', headers), 0)).kind).toBe('login');
  });

  it('reads bodies that are wrapped, or no JSON at all', async () => {
    const wrapped = await readRefusal(responseOf(429, '{"error":{"message":"m","reason":"MONTHLY_REQUEST_COUNT"}}'), 0);
    expect(wrapped).toMatchObject({ kind: 'quota', code: 'MONTHLY_REQUEST_COUNT' });
    expect(await readRefusal(responseOf(502, '<html>Bad gateway</html>'), 0)).toMatchObject({ kind: 'upstream' });
    expect(await readRefusal(responseOf(429, 'null'), 0)).toMatchObject({ kind: 'rate' });
    expect(await readRefusal(responseOf(400, '{"message":{"no":"text"},"reason":7}'), 0)).toMatchObject({
      kind: 'invalid',
    });
  });

  it.each([
    ['5', undefined, 5],
    ['0', undefined, 0],
    ['0.5', undefined, 0.5],
    ['-3', undefined, undefined],
    ['', undefined, undefined],
    ['soon', undefined, undefined],
    ['Thu, 01 Jan 1970 00:01:00 GMT', undefined, 50],
    ['Thu, 01 Jan 1970 00:00:01 GMT', undefined, 0],
    [undefined, 1500, 1.5],
    ['60', 1500, 1.5],
    [undefined, 'x', undefined],
    [undefined, undefined, undefined],
  ])('reads Retry-After %j and retryAfterMilliseconds %j as %j seconds', (header, milliseconds, seconds) => {
    expect(readRetryAfter(header, milliseconds, 10_000)).toBe(seconds);
  });
});
