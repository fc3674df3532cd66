// Requests of the Chat Completions API. https://platform.openai.com/docs/api-reference/chat/create
import type { InferOutput } from 'valibot';
import type { ChatRequest, Format, JsonObject, Thinking } from '../../core/chat.ts';
import { invalid, isObject, optionalString, readBody, readObject, unsupported } from '../body.ts';
import type { Call, Header } from '../dialect.ts';
import * as field from '../fields.ts';
import { readThinking, thinkingSchema } from '../thinking.ts';
import { readTools } from '../tools.ts';
import { fromItems } from './items.ts';
import { readMessages } from './messages.ts';
import { chooseTools } from './tool-choice.ts';

export interface ChatCall extends Call {
  /** Whether a last chunk tells the tokens. */
  readonly includeUsage: boolean;
  /** Tools whose calls go back as free text. */
  readonly custom: ReadonlySet<string>;
  /** Whether the client knows calls only in the form that came before tools. */
  readonly legacy: boolean;
}

/** Reads a request, also one in the shape of the Responses API, which some clients send here. */
export function readRequest(body: unknown, header: Header): ChatCall {
  const request = readBody(bodySchema, body);
  refuse(request);
  const legacy = !request.tools && Array.isArray(request.functions);
  const declared = legacy ? readTools(request.functions, 'functions') : readTools(request.tools, 'tools');
  const search = declared.search?.options ?? (isObject(request.web_search_options) ? {} : undefined);
  const choiceName = legacy ? 'function_call' : 'tool_choice';
  const chosen = chooseTools(request[choiceName] ?? undefined, declared.tools, choiceName, search !== undefined);
  const maxTokens = readMaxTokens(request);
  const effort = (request.reasoning_effort ?? request.reasoning?.effort ?? undefined)?.toLowerCase();
  const thinking =
    readThinking(request.thinking) ?? readReasoning(request.reasoning ?? undefined) ?? thinkingOf(effort);
  const format = readFormat(request);
  const session = readSession(request, header);
  const chat: ChatRequest = {
    model: request.model,
    ...readConversation(request),
    tools: chosen.tools,
    toolChoice: chosen.choice,
    parallelTools: !legacy && request.parallel_tool_calls !== false,
    stop: readStop(request.stop ?? undefined),
    ...(thinking === undefined ? {} : { thinking }),
    ...(effort === undefined ? {} : { effort }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(format === undefined ? {} : { format }),
    ...(search === undefined ? {} : { search }),
    ...(session === undefined ? {} : { session }),
  };
  return {
    chat,
    stream: request.stream === true,
    ignored: [
      ...withoutEffect.filter(name => (request[name] ?? false) !== false),
      ...(chosen.ignored === true ? [choiceName] : []),
    ],
    names: { ...namesOf(request), toolChoice: choiceName },
    includeUsage: request.stream_options?.include_usage === true,
    custom: declared.custom,
    legacy,
  };
}

type Body = InferOutput<typeof bodySchema>;

function readConversation(request: Body): Pick<ChatRequest, 'messages' | 'paths'> {
  if (Array.isArray(request.messages)) return readMessages(request.messages, 'messages');
  if (request.input === undefined || request.input === null) throw invalid('messages', 'is missing: must be a list');
  const instructions = optionalString(request.instructions);
  const { messages, paths } = readMessages(fromItems(request.input), 'input');
  if (instructions === undefined) return { messages, paths };
  return {
    messages: [{ role: 'system', content: [{ type: 'text', text: instructions }] }, ...messages],
    paths: ['instructions', ...paths],
  };
}

// What would change the meaning of the answer is refused, and not left out in silence.
function refuse(request: Body): void {
  if (typeof request.n === 'number' && request.n !== 1) throw unsupported('n', 'only 1 answer at a time is possible');
  if (request.logprobs === true) throw unsupported('logprobs', 'the service gives no probabilities');
  if (typeof request.top_logprobs === 'number' && request.top_logprobs > 0) {
    throw unsupported('top_logprobs', 'the service gives no probabilities');
  }
  if (request.modalities?.includes('audio')) throw unsupported('modalities', 'the service answers with text only');
}

function readMaxTokens(request: Body): number | undefined {
  const name = limitName(request);
  const value = name === undefined ? undefined : request[name];
  if (name === undefined || value === undefined || value === null) return undefined;
  if (value > 0 && Number.isInteger(value)) return value;
  throw invalid(name, 'must be a whole number above 0');
}

const limitName = (request: Body): (typeof limitNames)[number] | undefined =>
  limitNames.find(name => (request[name] ?? null) !== null);

const limitNames = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'] as const;

// Some wishes have several names here.
function namesOf(request: Body): Record<string, string> {
  const effort = (request.reasoning_effort ?? null) === null ? 'reasoning.effort' : 'reasoning_effort';
  const isOff = request.reasoning?.enabled === false;
  return {
    maxTokens: limitName(request) ?? 'max_tokens',
    effort,
    thinking: readThinking(request.thinking) !== undefined ? 'thinking' : isOff ? 'reasoning.enabled' : effort,
  };
}

function readReasoning(reasoning: Body['reasoning'] | undefined): Thinking | undefined {
  if (reasoning?.enabled === false) return { mode: 'disabled' };
  const budget = reasoning?.max_tokens;
  return typeof budget === 'number' && budget > 0 ? { mode: 'enabled', budget } : undefined;
}

// The API knows no other way to ask for thinking than by its effort.
function thinkingOf(effort: string | undefined): Thinking | undefined {
  if (effort === undefined) return undefined;
  return effort === 'none' ? { mode: 'disabled' } : { mode: 'adaptive', display: 'summarized' };
}

function readStop(stop: string | string[] | undefined): string[] {
  return [stop ?? []].flat().filter(sequence => sequence !== '');
}

function readFormat(request: Body): Format | undefined {
  const flat = request.response_format === undefined || request.response_format === null;
  const path = flat ? 'text.format' : 'response_format';
  const value = flat ? request.text?.format : request.response_format;
  if (value === undefined || value === null) return undefined;
  const format = readObject(value, path);
  switch (format['type']) {
    case 'text':
      return undefined;
    case 'json_object':
      return { type: 'json-object' };
    case 'json_schema':
      return format['json_schema'] === undefined
        ? readSchema(format, path)
        : readSchema(readObject(format['json_schema'], `${path}.json_schema`), `${path}.json_schema`);
    default:
      throw invalid(`${path}.type`, 'must be "text", "json_object" or "json_schema"');
  }
}

function readSchema(body: JsonObject, path: string): Format {
  const name = optionalString(body['name']) ?? 'answer';
  return { type: 'json-schema', name, schema: readObject(body['schema'] ?? {}, `${path}.schema`) };
}

function readSession(request: Body, header: Header): string | undefined {
  const offered = [
    optionalString(request.prompt_cache_key),
    ...sessionHeaders.map(name => header(name)),
    optionalString(request.user),
  ];
  return offered.find(name => name !== undefined && name !== '');
}

const sessionHeaders = ['session-id', 'session_id', 'thread-id', 'x-session-id', 'x-session-affinity'];

const bodySchema = field.object({
  model: field.name,
  messages: field.maybe(field.messages),
  prompt_cache_key: field.anything,
  user: field.anything,
  input: field.anything,
  instructions: field.anything,
  stream: field.maybe(field.flag),
  stream_options: field.maybe(field.object({ include_usage: field.maybe(field.flag) })),
  max_completion_tokens: field.maybe(field.number),
  max_tokens: field.maybe(field.number),
  max_output_tokens: field.maybe(field.number),
  tools: field.anything,
  tool_choice: field.anything,
  functions: field.anything,
  function_call: field.anything,
  parallel_tool_calls: field.maybe(field.flag),
  stop: field.maybe(field.stop),
  response_format: field.anything,
  text: field.maybe(field.object({ format: field.anything })),
  reasoning_effort: field.maybe(field.text),
  reasoning: field.maybe(
    field.object({
      effort: field.maybe(field.text),
      max_tokens: field.maybe(field.number),
      enabled: field.maybe(field.flag),
    }),
  ),
  thinking: thinkingSchema,
  n: field.maybe(field.number),
  logprobs: field.anything,
  top_logprobs: field.maybe(field.number),
  modalities: field.maybe(field.list(field.anything)),
  web_search_options: field.anything,
});

/** Parameters that are accepted and change nothing: the service has no such thing. */
export const withoutEffect = [
  'temperature',
  'top_p',
  'top_k',
  'frequency_penalty',
  'presence_penalty',
  'logit_bias',
  'seed',
  'service_tier',
  'store',
  'metadata',
  'prediction',
  'verbosity',
  'safety_identifier',
  'moderation',
];
