// https://platform.openai.com/docs/api-reference/responses/create#responses-create-input
import { readArguments } from '../../core/arguments.ts';
import type { Block, JsonObject, Message, Role, ToolCall, ToolResult } from '../../core/chat.ts';
import { invalid, isList, isObject, optionalString, readName, readObject, readString } from '../body.ts';
import { addNotes, readContent, readResultContent, splitByRole } from '../content.ts';
import { type Entry, itemType } from './entries.ts';
import { readForeignItem } from './foreign-items.ts';
import { isForeign, openReasoning, openSummary } from './seal.ts';
import { readSearchItem } from './search-item.ts';
import type { ToolTable } from './tool-table.ts';

/** A conversation, read. */
export interface Turns {
  readonly messages: readonly Message[];
  /** Where each message stands in the request: the first of its items. */
  readonly paths: readonly string[];
  /** What the conversation changed on its way. */
  readonly effort?: string;
  readonly ignored: readonly string[];
}

/** Items as messages, in their order: what the model did becomes one message until somebody answers. */
export function readTurns(entries: readonly Entry[], table: ToolTable): Turns {
  const reading: Reading = { table, notes: new Map(), ignored: new Set(), effort: undefined };
  const messages: { role: Role; content: Block[] }[] = [];
  const paths: string[] = [];
  for (const { item, path } of entries) {
    const read = readers.get(itemType(item)) ?? readForeignItem;
    for (const turn of read(item, path, reading)) {
      const last = messages.at(-1);
      if (turn.content.length === 0) continue;
      if (last !== undefined && joins(last, turn)) last.content.push(...turn.content);
      else {
        messages.push({ role: turn.role, content: [...turn.content] });
        paths.push(path);
      }
    }
  }
  const { notes, ignored, effort } = reading;
  return {
    messages: addNotes(messages, notes),
    paths,
    ignored: [...ignored],
    ...(effort === undefined ? {} : { effort }),
  };
}

/** What is found out while items are read. */
export interface Reading {
  readonly table: ToolTable;
  /** About broken calls, by their ids. */
  readonly notes: Map<string, string>;
  readonly ignored: Set<string>;
  effort: string | undefined;
}

type TurnReader = (item: JsonObject, path: string, reading: Reading) => readonly Message[];

function joins(last: Message, next: Message): boolean {
  if (last.role !== next.role) return false;
  return last.role === 'assistant' || (isResult(last) && isResult(next));
}

function isResult(message: Message): boolean {
  return message.content.every(block => block.type === 'tool-result');
}

const readMessage: TurnReader = (item, path) => {
  const name = readName(item['role'], `${path}.role`);
  const role = roles.get(name);
  if (role === undefined) throw invalid(`${path}.role`, `must be user, assistant, system or developer, not "${name}"`);
  return splitByRole(role, readContent(item['content'], `${path}.content`));
};

const readReasoning: TurnReader = (item, _path, reading) => {
  const sealed = optionalString(item['encrypted_content']);
  if (isForeign(sealed)) reading.ignored.add('input.encrypted_content');
  const summary = texts(item['summary']);
  const text = (summary.length > 0 ? summary : texts(item['content'])).join('\n\n');
  const block = openReasoning(text, sealed);
  return block === undefined ? [] : [{ role: 'assistant', content: [block] }];
};

const readFunctionCall: TurnReader = (item, path, reading) => {
  const id = readName(item['call_id'] ?? item['id'], `${path}.call_id`);
  const written = item['arguments'] ?? '';
  if (isObject(written)) return call(id, nameOf(item, path, reading), written);
  const { input, note } = readArguments(readString(written, `${path}.arguments`));
  if (note !== undefined) reading.notes.set(id, note);
  return call(id, nameOf(item, path, reading), input);
};

const readCustomCall: TurnReader = (item, path, reading) => {
  const id = readName(item['call_id'] ?? item['id'], `${path}.call_id`);
  return call(id, nameOf(item, path, reading), { input: readString(item['input'] ?? '', `${path}.input`) });
};

// A search that a server ran has no call id, and its tools are declared like all others.
const readSearchCall: TurnReader = (item, _path, reading) => {
  const id = optionalString(item['call_id']);
  if (id === undefined) return [];
  const input = item['arguments'];
  const name = reading.table.nameOf('tool_search');
  return call(id, name, isObject(input) ? input : readArguments(String(input ?? '')).input);
};

const readSearchOutput: TurnReader = (item, _path, reading) => {
  const id = optionalString(item['call_id']);
  if (id === undefined) return [];
  const names = isList(item['tools']) ? item['tools'].flatMap(tool => toolNames(tool, reading.table)) : [];
  const none: ToolResult['content'] = [{ type: 'text', text: 'No tool was found.' }];
  return result(id, names.length === 0 ? none : names.map(name => ({ type: 'tool-reference', name })));
};

const readOutput: TurnReader = (item, path) => {
  const id = optionalString(item['call_id']);
  const output = item['output'];
  const path_ = `${path}.output`;
  const told = isObject(output) && 'content' in output ? output : undefined;
  const content = readResultContent(told === undefined ? output : told['content'], path_);
  if (id !== undefined) return result(id, content, told?.['success'] === false);
  // What a tool says on its own account answers no call.
  const tool = optionalString(item['name']) ?? 'a tool';
  const parts = content.filter(part => part.type !== 'tool-reference');
  return [{ role: 'user', content: [{ type: 'text', text: `[Output of ${tool}]` }, ...parts] }];
};

const readSummary: TurnReader = (item, _path, reading) => {
  const sealed = optionalString(item['encrypted_content']);
  if (sealed === undefined) return [];
  const summary = openSummary(sealed);
  if (summary !== undefined) return said(`Summary of the conversation up to here:\n\n${summary}`);
  reading.ignored.add('input.encrypted_content');
  return said('[An earlier part of this conversation was compacted by another service and cannot be read here.]');
};

const readUpdate: TurnReader = (item, path, reading) => {
  const reasoning = item['reasoning'];
  if (reasoning === undefined || reasoning === null) return [];
  reading.effort = optionalString(readObject(reasoning, `${path}.reasoning`)['effort']) ?? reading.effort;
  return [];
};

function nameOf(item: JsonObject, path: string, reading: Reading): string {
  return reading.table.nameOf(readName(item['name'], `${path}.name`), optionalString(item['namespace']));
}

function call(id: string, name: string, input: JsonObject): readonly Message[] {
  const block: ToolCall = { type: 'tool-call', id, name, input };
  return [{ role: 'assistant', content: [block] }];
}

function result(id: string, content: ToolResult['content'], isError = false): readonly Message[] {
  return [{ role: 'user', content: [{ type: 'tool-result', id, content, isError }] }];
}

function said(text: string): readonly Message[] {
  return [{ role: 'user', content: [{ type: 'text', text }] }];
}

function texts(parts: unknown): readonly string[] {
  if (!isList(parts)) return [];
  return parts.flatMap(part => (isObject(part) ? (optionalString(part['text']) ?? []) : []));
}

function toolNames(tool: unknown, table: ToolTable): readonly string[] {
  if (!isObject(tool)) return [];
  const name = optionalString(tool['name']);
  if (name === undefined) return [];
  if (!isList(tool['tools'])) return [table.nameOf(name)];
  const inner = tool['tools'].map(part => (isObject(part) ? optionalString(part['name']) : undefined));
  return inner.filter(part => part !== undefined).map(part => table.nameOf(part, name));
}

const roles: ReadonlyMap<string, Role> = new Map([
  ['user', 'user'],
  ['assistant', 'assistant'],
  ['system', 'system'],
  ['developer', 'system'],
]);

const readers: ReadonlyMap<string, TurnReader> = new Map<string, TurnReader>([
  ['message', readMessage],
  ['reasoning', readReasoning],
  ['function_call', readFunctionCall],
  ['function_call_output', readOutput],
  ['custom_tool_call', readCustomCall],
  ['custom_tool_call_output', readOutput],
  ['tool_search_call', readSearchCall],
  ['tool_search_output', readSearchOutput],
  ['web_search_call', readSearchItem],
  ['compaction', readSummary],
  ['compaction_summary', readSummary],
  ['context_compaction', readSummary],
  ['configuration_update', readUpdate],
  // These say something about the request and nothing to the model.
  ['additional_tools', () => []],
  ['compaction_trigger', () => []],
]);
