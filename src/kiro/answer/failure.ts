import type { ChatError } from '../../core/errors.ts';
import type { Frame } from '../../wire/eventstream.ts';
import { statusOf, toRefusal } from '../refusal.ts';
import { bareName, readRetryAfter } from '../reply.ts';
import { type Payload, textOf } from './payload.ts';

/** The error that an exception or error frame stands for, by the same table as an HTTP refusal. */
export function readFailure(frame: Frame, upstreamId: string | undefined): ChatError {
  const text = textOf(frame);
  const body = readBody(text);
  const type = bareName(frame.head.name);
  return toRefusal({
    status: statusOf(type),
    type,
    reason: string(body['reason']) ?? '',
    message: string(body['message']) ?? frame.head.headers[':error-message'] ?? text,
    retryAfter: readRetryAfter(undefined, body['retryAfterMilliseconds'], 0),
    upstreamId,
  });
}

/** The error that an `invalidStateEvent` stands for. */
export function readInvalidState(payload: Payload, upstreamId: string | undefined): ChatError {
  return toRefusal({
    status: 500,
    type: 'invalidStateEvent',
    reason: string(payload['reason']) ?? '',
    message: string(payload['message']) ?? '',
    upstreamId,
  });
}

function readBody(text: string): Payload {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Payload;
  } catch {
    // Plain text is then the message.
  }
  return {};
}

const string = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
