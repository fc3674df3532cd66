// Errors of the Messages API. https://docs.claude.com/en/api/errors
import type { JsonObject } from '../../core/chat.ts';
import type { ChatError, ErrorKind } from '../../core/errors.ts';
import type { ErrorAnswer } from '../dialect.ts';

/** An error before the first byte. */
export function writeErrorAnswer(error: ChatError, requestId: string): ErrorAnswer {
  return {
    status: errors[error.kind].status,
    headers: {
      ...(error.retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfter)) }),
      // The SDK repeats every 5xx and 429 unless it is told that this changes nothing.
      ...(error.kind === 'quota' ? { 'x-should-retry': 'false' } : {}),
    },
    body: { ...writeError(error), request_id: requestId },
  };
}

/** The body of an error, before a stream and inside one. */
export function writeError(error: ChatError): JsonObject {
  const body = { type: errors[error.kind].type, message: errorMessage(error) };
  const details = error.details as JsonObject | undefined;
  return { type: 'error', error: details === undefined ? body : { ...body, details } };
}

// Claude Code compacts its history when it reads these words, and takes the numbers from them.
function errorMessage(error: ChatError): string {
  if (error.kind !== 'overflow') return error.message;
  if (error.tokens === undefined)
    return /^prompt is too long/i.test(error.message) ? error.message : `prompt is too long: ${error.message}`;
  return `prompt is too long: ${error.tokens.used} tokens > ${error.tokens.maximum} maximum`;
}

const errors: Readonly<Record<ErrorKind, { readonly status: number; readonly type: string }>> = {
  invalid: { status: 400, type: 'invalid_request_error' },
  overflow: { status: 400, type: 'invalid_request_error' },
  'unknown-model': { status: 404, type: 'not_found_error' },
  unsupported: { status: 400, type: 'invalid_request_error' },
  key: { status: 401, type: 'authentication_error' },
  login: { status: 401, type: 'authentication_error' },
  forbidden: { status: 403, type: 'permission_error' },
  suspended: { status: 403, type: 'permission_error' },
  'not-found': { status: 404, type: 'not_found_error' },
  method: { status: 405, type: 'invalid_request_error' },
  'too-large': { status: 413, type: 'request_too_large' },
  quota: { status: 402, type: 'billing_error' },
  rate: { status: 429, type: 'rate_limit_error' },
  overloaded: { status: 529, type: 'overloaded_error' },
  upstream: { status: 502, type: 'api_error' },
  network: { status: 502, type: 'api_error' },
  timeout: { status: 504, type: 'api_error' },
  cancelled: { status: 499, type: 'api_error' },
  internal: { status: 500, type: 'api_error' },
};
