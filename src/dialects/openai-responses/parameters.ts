import type { Format, JsonObject, Thinking } from '../../core/chat.ts';
import { isObject, optionalString, readName, readObject, unsupported } from '../body.ts';
import type { Header } from '../dialect.ts';

/** Refuses what would be wrong to leave out in silence. */
export function refuseWhatIsMissing(fields: JsonObject): void {
  for (const { name, asked, problem } of missing) {
    if (asked(fields)) throw unsupported(name, problem);
  }
}

/** The parameters that have no effect here, by their names. */
export function findIgnored(fields: JsonObject): readonly string[] {
  const text = isObject(fields['text']) ? fields['text'] : {};
  const verbosity = text['verbosity'] === undefined || text['verbosity'] === null ? [] : ['text.verbosity'];
  return [...withoutEffect.filter(name => isSet(fields[name])), ...verbosity];
}

/** An effort asks for thinking. A wish for summaries alone does not: programs send it with every request. */
export function readThinking(effort: string | undefined, summary: string | null | undefined): Thinking | undefined {
  if (effort === undefined) return undefined;
  if (effort === 'none') return { mode: 'disabled' };
  const summarized = typeof summary === 'string' && summary !== 'none';
  return { mode: 'adaptive', ...(summarized ? { display: 'summarized' } : {}) };
}

/** https://platform.openai.com/docs/guides/structured-outputs */
export function readFormat(format: unknown): Format | undefined {
  if (!isObject(format) || format['type'] === 'text') return undefined;
  if (format['type'] === 'json_object') return { type: 'json-object' };
  if (format['type'] !== 'json_schema') {
    throw unsupported('text.format.type', 'must be "text", "json_object" or "json_schema"');
  }
  const nested = isObject(format['json_schema']);
  const path = nested ? 'text.format.json_schema' : 'text.format';
  const inner = isObject(format['json_schema']) ? format['json_schema'] : format;
  return {
    type: 'json-schema',
    name: inner['name'] === undefined ? 'answer' : readName(inner['name'], `${path}.name`),
    schema: readObject(inner['schema'], `${path}.schema`),
  };
}

/** What the client offers as a stable name of the conversation. */
export function readSession(fields: JsonObject, header: Header): string | undefined {
  const key = optionalString(fields['prompt_cache_key']);
  if (key !== undefined) return key;
  return sessionHeaders.map(name => optionalString(header(name))).find(value => value !== undefined);
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null;
const includes = (fields: JsonObject, name: string): boolean =>
  Array.isArray(fields['include']) && fields['include'].includes(name);

const missing: readonly {
  readonly name: string;
  readonly asked: (fields: JsonObject) => boolean;
  readonly problem: string;
}[] = [
  {
    name: 'background',
    asked: fields => fields['background'] === true,
    problem: 'answers are not made in the background here. Leave it out and use stream instead.',
  },
  {
    name: 'conversation',
    asked: fields => isSet(fields['conversation']),
    problem: 'the gateway keeps no conversations. Send the items in input, or use previous_response_id.',
  },
  {
    name: 'prompt',
    asked: fields => isSet(fields['prompt']),
    problem: 'the gateway keeps no prompt templates. Send the text in instructions or input.',
  },
  {
    name: 'top_logprobs',
    asked: fields => typeof fields['top_logprobs'] === 'number' && fields['top_logprobs'] > 0,
    problem: 'the service reports no log probabilities',
  },
  {
    name: 'include',
    asked: fields => includes(fields, 'message.output_text.logprobs'),
    problem: 'the service reports no log probabilities. Take "message.output_text.logprobs" out.',
  },
];

/** Parameters that are accepted and change nothing: the service has no such thing. */
export const withoutEffect = [
  ...['temperature', 'top_p', 'truncation', 'service_tier', 'context_management', 'moderation'],
  ...['prompt_cache_retention', 'prompt_cache_options', 'safety_identifier', 'user', 'access_programs'],
];

const sessionHeaders = ['thread-id', 'thread_id', 'session-id', 'session_id', 'conversation-id', 'conversation_id'];
