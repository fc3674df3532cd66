// https://platform.openai.com/docs/api-reference/responses/create
import type { ChatRequest, JsonObject, Message } from '../../core/chat.ts';
import { invalid, isList, optionalString, readBody, readObject } from '../body.ts';
import { readContent } from '../content.ts';
import type { Call, Header } from '../dialect.ts';
import * as field from '../fields.ts';
import { askForSummary, wantsSummary } from './compaction.ts';
import { type Entry, itemType, readInput, readPrevious } from './entries.ts';
import { findIgnored, readFormat, readSession, readThinking, refuseWhatIsMissing } from './parameters.ts';
import { writeEcho } from './response.ts';
import type { ResponseStore } from './store.ts';
import { readToolChoice } from './tool-choice.ts';
import type { ToolForm } from './tool-table.ts';
import { readTools, type ToolList } from './tools.ts';
import { readTurns } from './turns.ts';

/** A request of the Responses API and what its answer needs of it. */
export interface ResponsesCall extends Call {
  /** How each tool was declared, by its name in `chat`. */
  readonly forms: ReadonlyMap<string, ToolForm>;
  /** What every response object repeats of the request. */
  readonly echo: JsonObject;
  /** The answer is a summary of the conversation, in one compaction item. */
  readonly compacts: boolean;
  /** The client wants no response but that item. */
  readonly compactsOnly?: true;
  /** Whether the client may come back to the answer. */
  readonly stores: boolean;
  /** The whole conversation as items. */
  readonly items: readonly JsonObject[];
}

/** Reads a request; `store` knows the earlier answers that it may go on from. */
export function readRequest(body: unknown, header: Header, store?: ResponseStore): ResponsesCall {
  const request = readBody(requestSchema, body);
  const fields = readObject(body, 'body');
  refuseWhatIsMissing(fields);
  const entries = [...readPrevious(request.previous_response_id, store), ...readInput(request.input, store)];
  const table = readTools(toolLists(fields, entries), request.max_tool_calls ?? undefined);
  const limits = readToolChoice(fields['tool_choice'], table);
  const turns = readTurns(entries, table);
  const instructions = readInstructions(fields['instructions']);
  if (turns.messages.length === 0) throw invalid('input', 'is empty: there is nothing to answer');

  const effort = (turns.effort ?? request.reasoning?.effort ?? undefined)?.toLowerCase();
  const thinking = readThinking(effort, request.reasoning?.summary ?? request.reasoning?.generate_summary);
  const format = readFormat(request.text?.format);
  const session = readSession(fields, header);
  const maxTokens = request.max_output_tokens ?? undefined;
  const chat: ChatRequest = {
    model: request.model,
    messages: [...instructions, ...turns.messages],
    paths: [...instructions.map(() => 'instructions'), ...turns.paths],
    tools: table.tools.filter(tool => limits.allowed?.has(tool.name) ?? true),
    toolChoice: limits.choice,
    parallelTools: request.parallel_tool_calls ?? true,
    stop: [],
    ...(thinking === undefined ? {} : { thinking }),
    ...(effort === undefined ? {} : { effort }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(format === undefined ? {} : { format }),
    ...(limits.searches && table.search !== undefined ? { search: table.search } : {}),
    ...(session === undefined ? {} : { session }),
  };
  const compacts = wantsSummary(entries);
  return {
    chat: compacts ? askForSummary(chat) : chat,
    stream: request.stream ?? false,
    ignored: [...findIgnored(fields), ...table.dropped, ...limits.ignored, ...turns.ignored],
    names,
    forms: table.forms,
    echo: writeEcho(fields),
    compacts,
    stores: request.store ?? true,
    items: entries.map(entry => entry.item),
  };
}

// Tools may also be declared between the items, and a tool search of the client brings more of them.
function toolLists(fields: JsonObject, entries: readonly Entry[]): readonly ToolList[] {
  const lists: ToolList[] = [{ tools: fields['tools'], path: 'tools' }];
  for (const { item, path } of entries) {
    const type = itemType(item);
    if (type === 'additional_tools') lists.push({ tools: item['tools'], path: `${path}.tools` });
    if (type === 'tool_search_output') lists.push({ tools: item['tools'], path: `${path}.tools`, found: true });
  }
  return lists;
}

function readInstructions(instructions: unknown): readonly Message[] {
  if (!isList(instructions)) return system(readContent(instructions, 'instructions'));
  return instructions.flatMap((value, index) => {
    const path = `instructions[${index}]`;
    const item = readObject(value, path);
    return system(readContent(item['content'] ?? optionalString(item['text']), `${path}.content`));
  });
}

function system(content: Message['content']): readonly Message[] {
  return content.length === 0 ? [] : [{ role: 'system', content }];
}

const names = { maxTokens: 'max_output_tokens', effort: 'reasoning.effort', thinking: 'reasoning.effort' };

const requestSchema = field.object({
  model: field.name,
  input: field.anything,
  previous_response_id: field.maybe(field.text),
  parallel_tool_calls: field.maybe(field.flag),
  reasoning: field.maybe(
    field.object({
      effort: field.maybe(field.text),
      summary: field.maybe(field.text),
      generate_summary: field.maybe(field.text),
    }),
  ),
  text: field.maybe(field.object({ format: field.maybe(field.object({ type: field.text })) })),
  include: field.maybe(field.texts),
  max_output_tokens: field.maybe(field.positive),
  max_tool_calls: field.maybe(field.positive),
  metadata: field.maybe(field.object({})),
  store: field.maybe(field.flag),
  stream: field.maybe(field.flag),
});
