// https://platform.openai.com/docs/api-reference/responses/create#responses-create-tool_choice
import type { JsonObject, ToolChoice } from '../../core/chat.ts';
import { invalid, isObject, optionalString, readList, readName, readObject, unsupported } from '../body.ts';
import type { ToolTable } from './tool-table.ts';
import { isSearchType } from './tools.ts';

/** Which tools the model may or must use. */
export interface ToolLimits {
  readonly choice: ToolChoice;
  /** The flat names that may be called; all when absent. */
  readonly allowed?: ReadonlySet<string>;
  readonly searches: boolean;
  readonly ignored: readonly string[];
}

export function readToolChoice(value: unknown, table: ToolTable): ToolLimits {
  const searches = table.search !== undefined;
  const limits = (choice: ToolChoice): ToolLimits => ({ choice, searches, ignored: [] });
  if (value === undefined || value === null) return limits({ type: 'auto' });
  if (typeof value === 'string') return limits(readMode(value, table));
  const choice = readObject(value, 'tool_choice');
  const type = readName(choice['type'], 'tool_choice.type');
  if (type === 'allowed_tools') return readAllowed(choice, table);
  if (isSearchType(type)) {
    if (!searches) throw invalid('tool_choice', 'names web_search, which tools does not offer');
    // The model decides whether it searches; only a client's tool can be forced.
    return { choice: { type: 'auto' }, searches, ignored: ['tool_choice'] };
  }
  return limits({ type: 'tool', name: findTool(choice, 'tool_choice', table) });
}

function readMode(mode: string, table: ToolTable): ToolChoice {
  if (mode !== 'none' && mode !== 'auto' && mode !== 'required') {
    throw invalid('tool_choice', `must be none, auto, required or an object that names a tool, not ${mode}`);
  }
  if (mode === 'required' && table.tools.length === 0 && table.search === undefined) {
    throw invalid('tool_choice', 'is required, but tools is empty');
  }
  return { type: mode };
}

function readAllowed(choice: JsonObject, table: ToolTable): ToolLimits {
  const inner = isObject(choice['allowed_tools']) ? choice['allowed_tools'] : choice;
  const allowed = new Set<string>();
  let searches = false;
  readList(inner['tools'], 'tool_choice.tools').forEach((value, index) => {
    const path = `tool_choice.tools[${index}]`;
    const tool = readObject(value, path);
    if (isSearchType(optionalString(tool['type']) ?? '')) searches = table.search !== undefined;
    else allowed.add(findTool(tool, path, table));
  });
  const mode = inner['mode'] === 'required' ? 'required' : 'auto';
  const usable = allowed.size > 0 || searches;
  return { choice: { type: usable ? mode : 'none' }, allowed, searches, ignored: [] };
}

function findTool(choice: JsonObject, path: string, table: ToolTable): string {
  const type = optionalString(choice['type']) ?? 'function';
  if (type !== 'function' && type !== 'custom' && type !== 'tool_search') {
    throw unsupported(path, `the hosted tool ${type} is not available here, so it cannot be chosen`);
  }
  const inner = isObject(choice[type]) ? choice[type] : choice;
  const name = type === 'tool_search' ? type : readName(inner['name'], `${path}.name`);
  const found = table.find(name, optionalString(choice['namespace']));
  if (found === undefined) throw invalid(`${path}.name`, `names ${name}, but tools has no tool of that name`);
  return found;
}
