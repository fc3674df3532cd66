import type { ChatError } from '../core/errors.ts';
import { isObject, parseObject } from './json.ts';
import { toRefusal } from './refusal.ts';
import type { TransportResponse } from './transport.ts';

/** The service's own id of a call. */
export function upstreamIdOf(response: TransportResponse): string | undefined {
  return idHeaders
    .map(name => response.header(name))
    .find(value => value !== undefined && /^[\w-]{1,128}$/.test(value));
}

/** A refused HTTP answer as an error; the body may be JSON, wrapped JSON or anything. `now`: milliseconds since 1970. */
export async function readRefusal(response: TransportResponse, now: number): Promise<ChatError> {
  const body = readBody(await response.text());
  const type = bareName(response.header('x-amzn-errortype') ?? text(body['__type']) ?? text(body['code']) ?? '');
  return toRefusal({
    status: response.status,
    type,
    reason: text(body['reason']) ?? '',
    message: text(body['message']) ?? text(body['Message']) ?? '',
    retryAfter: readRetryAfter(response.header('retry-after'), body['retryAfterMilliseconds'], now),
    upstreamId: upstreamIdOf(response),
  });
}

/** Seconds to wait, from the header in either form or from the body. */
export function readRetryAfter(header: string | undefined, milliseconds: unknown, now: number): number | undefined {
  const ofBody = Number(milliseconds ?? Number.NaN);
  if (Number.isFinite(ofBody) && ofBody >= 0) return ofBody / 1000;
  if (header === undefined) return undefined;
  const seconds = Number(header.trim() === '' ? Number.NaN : header);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds : undefined;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}

/** The exception's bare name: `aws.x#Name:http://…` is `Name`. */
export function bareName(type: string): string {
  return type.split(':')[0]?.split('#').at(-1) ?? '';
}

function readBody(raw: string): Readonly<Record<string, unknown>> {
  // Where it is none, such as a proxy's page, the status alone decides.
  const body = parseObject(raw) ?? {};
  return isObject(body['error']) ? body['error'] : body;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const idHeaders = ['x-amzn-requestid', 'x-amzn-request-id', 'x-amz-request-id'];
