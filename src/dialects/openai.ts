// What the OpenAI APIs have in common: errors, usage and tools that take free text.
// https://platform.openai.com/docs/api-reference
import type { JsonObject, StopReason, Usage } from '../core/chat.ts';
import type { ChatError, ErrorKind } from '../core/errors.ts';
import type { ErrorAnswer } from './dialect.ts';

export interface OpenaiError {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** An error before the first byte. */
export function writeErrorAnswer(error: ChatError): ErrorAnswer {
  return { status: errors[error.kind].status, headers: errorHeaders(error), body: writeError(error) };
}

/** The body of an error, before a stream and inside one. */
export function writeError(error: ChatError): OpenaiError {
  const { type, code } = errors[error.kind];
  return {
    error: { message: errorMessage(error), type, param: error.param ?? null, code: code ?? error.code ?? null },
  };
}

/** What is written into a silence: a comment, which is no event to any client. */
export const keepAlive = ': keep-alive\n\n';

/** How the chat API counts tokens. */
export function writeChatUsage(usage: Usage): JsonObject {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadTokens ?? 0 },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
  };
}

/** How the Responses API counts tokens. */
export function writeResponsesUsage(usage: Usage): JsonObject {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cacheReadTokens ?? 0 },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}

/** Why an answer ended, in the words of the chat API. */
export const finishReasons: Readonly<Record<StopReason, string>> = {
  end: 'stop',
  tool: 'tool_calls',
  length: 'length',
  'stop-sequence': 'stop',
  refusal: 'content_filter',
  pause: 'stop',
  context: 'length',
};

/** The schema that stands for a custom tool, whose input is free text. */
export const customToolSchema: JsonObject = {
  type: 'object',
  properties: { input: { type: 'string', description: 'The whole input of the tool, as plain text.' } },
  required: ['input'],
};

/** The free text in a call of a custom tool. */
export function readCustomInput(input: JsonObject): string {
  const text = input['input'];
  return typeof text === 'string' ? text : JSON.stringify(input);
}

// Clients cut their history down when they see this code, and some read the numbers.
function errorMessage(error: ChatError): string {
  if (error.kind !== 'overflow' || error.tokens === undefined) return error.message;
  const { used, maximum } = error.tokens;
  return `This model's maximum context length is ${maximum} tokens, but the request has ${used} tokens. Make it shorter.`;
}

// Official SDKs repeat every 429; used-up credits do not come back by that.
function errorHeaders(error: ChatError): Record<string, string> {
  return {
    ...(error.retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfter)) }),
    ...(error.kind === 'quota' ? { 'x-should-retry': 'false' } : {}),
  };
}

const errors: Readonly<Record<ErrorKind, { readonly status: number; readonly type: string; readonly code?: string }>> =
  {
    invalid: { status: 400, type: 'invalid_request_error' },
    overflow: { status: 400, type: 'invalid_request_error', code: 'context_length_exceeded' },
    'unknown-model': { status: 404, type: 'invalid_request_error', code: 'model_not_found' },
    unsupported: { status: 400, type: 'invalid_request_error' },
    key: { status: 401, type: 'invalid_request_error', code: 'invalid_api_key' },
    login: { status: 401, type: 'authentication_error' },
    forbidden: { status: 403, type: 'permission_error' },
    suspended: { status: 403, type: 'permission_error', code: 'account_suspended' },
    'not-found': { status: 404, type: 'invalid_request_error' },
    method: { status: 405, type: 'invalid_request_error' },
    'too-large': { status: 413, type: 'invalid_request_error' },
    quota: { status: 429, type: 'insufficient_quota', code: 'insufficient_quota' },
    rate: { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded' },
    overloaded: { status: 503, type: 'server_error', code: 'server_is_overloaded' },
    upstream: { status: 502, type: 'server_error' },
    network: { status: 502, type: 'server_error' },
    timeout: { status: 504, type: 'server_error' },
    cancelled: { status: 499, type: 'server_error' },
    internal: { status: 500, type: 'server_error' },
  };
