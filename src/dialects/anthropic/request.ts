// Requests of the Messages API. https://docs.claude.com/en/api/messages
import type { InferOutput } from 'valibot';
import type { ChatRequest, Format, ToolChoice } from '../../core/chat.ts';
import { ChatError } from '../../core/errors.ts';
import { invalid, isObject, optionalString, readBody, readObject, unsupported } from '../body.ts';
import { readContent, splitByRole } from '../content.ts';
import type { Call, Header } from '../dialect.ts';
import * as field from '../fields.ts';
import { readThinking, thinkingSchema } from '../thinking.ts';
import { readTools, type Tools } from '../tools.ts';
import { changeTools, readMessages } from './messages.ts';

/** Reads a request, also one that only wants its tokens counted. */
export function readRequest(body: unknown, header: Header): Call {
  refuseThread(body);
  const request = readBody(bodySchema, body);
  refuseServers(request.mcp_servers);
  const maxTokens = readMaxTokens(request.max_tokens);
  const system = readContent(request.system, 'system');
  const { messages, paths, effort: laterEffort, changes } = readMessages(request.messages);
  const before = system.length === 0 ? [] : splitByRole('system', system);
  const declared = changeTools(readTools(request.tools, 'tools'), changes);
  const { choice, ignored: ignoredChoice } = readToolChoice(request.tool_choice ?? undefined, declared);
  const thinking = readThinking(request.thinking);
  const effort = optionalString(request.output_config?.effort) ?? laterEffort;
  const format = readFormat(request.output_config?.format ?? request.output_format);
  const session = readSession(request.metadata?.user_id, header);
  const chat: ChatRequest = {
    model: request.model,
    messages: [...before, ...messages],
    paths: [...before.map(() => 'system'), ...paths],
    tools: declared.tools,
    toolChoice: choice,
    parallelTools: request.tool_choice?.disable_parallel_tool_use !== true,
    stop: (request.stop_sequences ?? []).filter(sequence => sequence !== ''),
    ...(thinking === undefined ? {} : { thinking }),
    ...(effort === undefined ? {} : { effort: effort.toLowerCase() }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(format === undefined ? {} : { format }),
    ...(declared.search === undefined ? {} : { search: declared.search.options }),
    ...(session === undefined ? {} : { session }),
  };
  const ignored = withoutEffect.filter(name => (request[name] ?? null) !== null);
  if (request.thinking && thinking === undefined) ignored.push('thinking');
  return { chat, stream: request.stream === true, ignored: [...ignored, ...ignoredChoice], names };
}

// The SDK keeps whole conversations on the server then; this answer makes it send them itself.
function refuseThread(body: unknown): void {
  if (!isObject(body) || (body['thread'] ?? null) === null) return;
  throw new ChatError('unsupported', 'thread: the gateway keeps no conversations; send the whole one in messages.', {
    param: 'thread',
    details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] },
  });
}

function readMaxTokens(value: number | null | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === 0) throw unsupported('max_tokens', '0 asks to fill a cache, which the service does by itself');
  if (value > 0 && Number.isInteger(value)) return value;
  throw invalid('max_tokens', 'must be a whole number above 0');
}

function refuseServers(value: unknown): void {
  if (!Array.isArray(value) || value.length === 0) return;
  throw unsupported('mcp_servers', 'the gateway calls no MCP servers; let the client call them and send their tools');
}

type Body = InferOutput<typeof bodySchema>;

function readToolChoice(
  choice: Body['tool_choice'] | undefined,
  declared: Tools,
): { choice: ToolChoice; ignored: string[] } {
  const offered = declared.tools.length > 0 || declared.search !== undefined;
  switch (choice?.type) {
    case undefined:
    case 'auto':
      return { choice: { type: 'auto' }, ignored: [] };
    case 'none':
      return { choice: { type: 'none' }, ignored: [] };
    case 'any':
      if (!offered) throw invalid('tool_choice', 'cannot ask for a tool when the request declares none');
      return { choice: { type: 'required' }, ignored: [] };
    case 'tool': {
      const name = optionalString(choice.name);
      if (name === undefined) throw invalid('tool_choice.name', 'is missing: must be the name of a tool');
      // Whether it searches is the model's own decision.
      if (name === declared.search?.name) return { choice: { type: 'auto' }, ignored: ['tool_choice'] };
      if (declared.tools.some(tool => tool.name === name)) return { choice: { type: 'tool', name }, ignored: [] };
      throw invalid('tool_choice.name', `the request declares no tool "${name}"`);
    }
    default:
      throw invalid('tool_choice.type', 'must be "auto", "any", "tool" or "none"');
  }
}

function readFormat(value: unknown): Format | undefined {
  if (value === undefined || value === null) return undefined;
  const path = 'output_config.format';
  const format = readObject(value, path);
  if (format['type'] !== 'json_schema') throw invalid(`${path}.type`, 'must be "json_schema"');
  return {
    type: 'json-schema',
    name: optionalString(format['name']) ?? 'answer',
    schema: readObject(format['schema'], `${path}.schema`),
  };
}

// Claude Code says it in a header and in `user_id`: as JSON, in older versions as user_…_account_…_session_….
function readSession(userId: unknown, header: Header): string | undefined {
  const session = header('x-claude-code-session-id') ?? sessionIn(userId);
  const agent = header('x-claude-code-agent-id');
  return session === undefined || agent === undefined ? session : `${session}/${agent}`;
}

function sessionIn(userId: unknown): string | undefined {
  if (typeof userId !== 'string') return undefined;
  if (!userId.startsWith('{')) return /_session_([\w-]+)$/.exec(userId)?.[1];
  try {
    const parsed: unknown = JSON.parse(userId);
    return isObject(parsed) ? optionalString(parsed['session_id']) : undefined;
  } catch {
    return undefined;
  }
}

const bodySchema = field.object({
  model: field.name,
  messages: field.messages,
  system: field.anything,
  max_tokens: field.maybe(field.number),
  stream: field.maybe(field.flag),
  stop_sequences: field.maybe(field.texts),
  tools: field.anything,
  tool_choice: field.maybe(
    field.object({ type: field.text, name: field.anything, disable_parallel_tool_use: field.maybe(field.flag) }),
  ),
  thinking: thinkingSchema,
  output_config: field.maybe(field.object({ effort: field.maybe(field.text), format: field.anything })),
  output_format: field.anything,
  metadata: field.maybe(field.object({ user_id: field.anything })),
  mcp_servers: field.anything,
});

const names = { effort: 'output_config.effort' };

/** Parameters that are accepted and change nothing: the service has no such thing. */
export const withoutEffect = [
  'temperature',
  'top_p',
  'top_k',
  'service_tier',
  'speed',
  'inference_geo',
  'container',
  'context_management',
  'compaction',
  'fallbacks',
];
