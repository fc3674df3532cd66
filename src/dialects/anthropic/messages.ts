import type { JsonObject, Message, Role, Tool } from '../../core/chat.ts';
import { invalid, isList, isObject, optionalString, readName, readObject } from '../body.ts';
import { addNotes, readContent, splitByRole } from '../content.ts';
import { readTool, type Tools } from '../tools.ts';

/** A tool that comes or goes in mid-conversation. */
export type ToolChange =
  | { readonly type: 'define'; readonly tool: Tool }
  | { readonly type: 'load'; readonly name: string }
  | { readonly type: 'remove'; readonly name: string };

export interface Messages {
  readonly messages: readonly Message[];
  /** Where each message stands in the request. */
  readonly paths: readonly string[];
  /** The effort that the last system message asked for. */
  readonly effort?: string;
  readonly changes: readonly ToolChange[];
}

/** Reads the messages of a request. System messages may stand anywhere, and may hold settings instead of text. */
export function readMessages(values: readonly unknown[]): Messages {
  const lastUser = values.findLastIndex(value => isObject(value) && value['role'] === 'user');
  const messages: Message[] = [];
  const paths: string[] = [];
  const add = (read: readonly Message[], path: string): void => {
    messages.push(...read);
    paths.push(...read.map(() => path));
  };
  const changes: ToolChange[] = [];
  let effort: string | undefined;
  for (const [index, value] of values.entries()) {
    const path = `messages[${index}]`;
    const message = readObject(value, path);
    const role = readRole(message['role'], `${path}.role`);
    const content = message['content'];
    if (role !== 'system') {
      add(splitByRole(role, readContent(content, `${path}.content`)), path);
      continue;
    }
    const settings = isObject(message['output_config']) ? message['output_config'] : {};
    effort = optionalString(settings['effort']) ?? effort;
    const { rest, found } = takeChanges(content, `${path}.content`);
    changes.push(...found);
    const blocks = readContent(rest, `${path}.content`);
    const cleared = message['clear_at'] === 'next_user_message' && index < lastUser;
    if (blocks.length > 0 && !cleared) add(splitByRole(role, blocks), path);
  }
  if (messages.length === 0) throw invalid('messages', 'must hold a message with content');
  return { messages: addNotes(messages), paths, changes, ...(effort === undefined ? {} : { effort }) };
}

/** The tools after all changes. */
export function changeTools(declared: Tools, changes: readonly ToolChange[]): Tools {
  if (changes.length === 0) return declared;
  const tools = new Map(declared.tools.map(tool => [tool.name, tool]));
  for (const change of changes) {
    if (change.type === 'define') tools.set(change.tool.name, change.tool);
    else if (change.type === 'remove') tools.delete(change.name);
    else {
      const { deferred: _, ...tool } = tools.get(change.name) ?? { name: '' };
      if (isTool(tool)) tools.set(change.name, tool);
    }
  }
  return { ...declared, tools: [...tools.values()] };
}

function isTool(tool: { name: string } | Tool): tool is Tool {
  return 'inputSchema' in tool;
}

function readRole(value: unknown, path: string): Role {
  if (value === 'user' || value === 'assistant' || value === 'system') return value;
  if (value === 'developer') return 'system';
  throw invalid(path, 'must be "user", "assistant" or "system"');
}

// Blocks keep their indices, so that complaints name the client's own.
function takeChanges(content: unknown, path: string): { rest: unknown; found: ToolChange[] } {
  if (!isList(content) || !content.some(isChange)) return { rest: content, found: [] };
  const found = content.flatMap((block, index) => (isChange(block) ? readChange(block, `${path}[${index}]`) : []));
  return { rest: content.map(block => (isChange(block) ? '' : block)), found };
}

function isChange(block: unknown): block is JsonObject {
  return isObject(block) && (block['type'] === 'tool_addition' || block['type'] === 'tool_removal');
}

function readChange(block: JsonObject, path: string): ToolChange[] {
  const reference = readObject(block['tool'], `${path}.tool`);
  if (reference['type'] === 'tool_definition') {
    const definition = readObject(reference['definition'], `${path}.tool.definition`);
    const type = optionalString(definition['type']) ?? 'custom';
    return [{ type: 'define', tool: readTool(definition, type, `${path}.tool.definition`) }];
  }
  const name = readName(reference['name'] ?? reference['server_name'], `${path}.tool.name`);
  return [{ type: block['type'] === 'tool_removal' ? 'remove' : 'load', name }];
}
