// https://platform.openai.com/docs/api-reference/responses/object
import type { ChatHead, JsonObject, StopReason, Usage } from '../../core/chat.ts';
import type { ChatError } from '../../core/errors.ts';
import { isObject } from '../body.ts';
import { writeError, writeResponsesUsage } from '../openai.ts';

/** Where an answer stands. */
export interface Progress {
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed';
  readonly output: readonly JsonObject[];
  readonly usage?: Usage;
  /** Why it is incomplete. */
  readonly reason?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** The members of a response object that the answer decides. The echo of the request completes it. */
export function writeResponse(head: ChatHead, progress: Progress): JsonObject {
  const { status, output, usage, reason, error } = progress;
  return {
    id: responseId(head),
    object: 'response',
    created_at: head.createdAt,
    status,
    model: head.model,
    output,
    usage: usage === undefined ? null : writeResponsesUsage(usage),
    error: error === undefined ? null : { ...error },
    incomplete_details: reason === undefined ? null : { reason },
  };
}

export function responseId(head: ChatHead): string {
  return `resp_${head.id}`;
}

/** What every response object repeats of its request, with the API's defaults for what it does not say. */
export function writeEcho(fields: JsonObject): JsonObject {
  const text = isObject(fields['text']) ? fields['text'] : {};
  const reasoning = isObject(fields['reasoning']) ? fields['reasoning'] : {};
  const echo: Record<string, JsonObject[string]> = {};
  for (const [name, value] of Object.entries(defaults)) echo[name] = fields[name] ?? value;
  echo['text'] = { ...text, format: text['format'] ?? { type: 'text' } };
  echo['service_tier'] = 'default';
  echo['reasoning'] = { ...reasoning, effort: reasoning['effort'] ?? null, summary: reasoning['summary'] ?? null };
  return echo;
}

/** How an answer that ended for this reason ends in the API. */
export function writeEnd(stop: StopReason): { readonly status: 'completed' | 'incomplete'; readonly reason?: string } {
  const reason = incomplete[stop];
  return reason === undefined ? { status: 'completed' } : { status: 'incomplete', reason };
}

/**
 * A failure as a response object tells it. Codex repeats what it does not know by its code, and reads the seconds to
 * wait from the message.
 */
export function writeResponseError(error: ChatError): { readonly code: string; readonly message: string } {
  const { code, type, message } = writeError(error).error;
  const wait = error.kind === 'rate' && error.retryAfter !== undefined;
  return {
    code: code ?? (type === 'invalid_request_error' ? 'invalid_prompt' : 'server_error'),
    message: wait ? `${message} Please try again in ${error.retryAfter}s.` : message,
  };
}

const incomplete: Readonly<Record<StopReason, string | undefined>> = {
  end: undefined,
  tool: undefined,
  'stop-sequence': undefined,
  pause: undefined,
  length: 'max_output_tokens',
  context: 'max_output_tokens',
  refusal: 'content_filter',
};

const defaults: JsonObject = {
  background: false,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  prompt_cache_key: null,
  safety_identifier: null,
  store: true,
  temperature: 1,
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  user: null,
};
