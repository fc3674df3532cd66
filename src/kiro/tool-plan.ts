import type { ChatRequest, Tool } from '../core/chat.ts';
import { type AnswerFormat, offerFormat } from './rules/answer-format.ts';
import { hasFinder, loadTools } from './rules/deferred-tools.ts';
import { firstFree } from './rules/hash.ts';
import { chooseTools } from './rules/tool-choice.ts';
import { webSearchTool } from './rules/web-search.ts';
import { toolSearchTool } from './tool-search.ts';

/** What a request declares, and what the model is told about it in words. */
export interface ToolPlan {
  readonly tools: readonly Tool[];
  /** The tool for the answer's format, declared after all others. */
  readonly formatTool?: Tool;
  readonly format?: AnswerFormat;
  readonly mustCall?: { readonly name?: string };
  /** The tool by which the model searches the web, whether or not it is declared now. */
  readonly searchName: string;
  readonly searchTool?: string;
  readonly toolSearch?: { readonly name: string; readonly tools: readonly Tool[] };
  /** For the system text: the same in every request of a conversation. */
  readonly standing: readonly string[];
  /** For this answer only. */
  readonly passing: readonly string[];
  readonly ignored: readonly string[];
}

/** Plans the tools of a request: the client's, those of the gateway, and what the client wants done with them. */
export function planTools(chat: ChatRequest): ToolPlan {
  const taken = new Set(chat.tools.map(tool => tool.name));
  const nameFor = (name: string): string => firstFree(taken, attempt => (attempt === 0 ? name : `${name}_${attempt}`));
  const { tools: loaded, held } = loadTools(chat);
  const toolSearch =
    held.length === 0 || hasFinder(loaded, chat.messages) ? undefined : { name: nameFor('tool_search'), tools: held };
  const searchName = nameFor('web_search');
  const offered = [
    ...loaded,
    ...(toolSearch === undefined ? [] : [toolSearchTool(toolSearch.name, held)]),
    ...(chat.search === undefined ? [] : [webSearchTool(searchName, chat.search)]),
  ];
  const chosen = chooseTools(chat, offered);
  const isDeclared = (name: string): boolean => chosen.tools.some(tool => tool.name === name);
  const format = chat.format === undefined ? undefined : offerFormat(chat.format, nameFor('final_answer'));
  const mustCall =
    chosen.mustCall ?? (format !== undefined && chosen.tools.length === 0 ? { name: format.tool.name } : undefined);
  const standing = [
    ...(!chat.parallelTools && chosen.tools.length > 0 ? [oneAtATime] : []),
    ...(format === undefined ? [] : [format.instruction]),
  ];
  return {
    tools: chosen.tools,
    searchName,
    ...(format === undefined ? {} : { formatTool: format.tool, format: format.format }),
    ...(mustCall === undefined ? {} : { mustCall }),
    ...(chat.search !== undefined && isDeclared(searchName) ? { searchTool: searchName } : {}),
    ...(toolSearch !== undefined && isDeclared(toolSearch.name) ? { toolSearch } : {}),
    standing,
    passing: chosen.instruction === undefined ? [] : [chosen.instruction],
    ignored: chosen.ignored,
  };
}

const oneAtATime = 'Call at most one tool in each message, and wait for its result before you call the next.';
