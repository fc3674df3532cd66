import type { Tool, ToolCall, ToolResult } from '../core/chat.ts';

/** Tools that one search gives at most. */
export const maxFound = 5;

/** The tool by which the model finds what is held back. */
export function toolSearchTool(name: string, held: readonly Tool[]): Tool {
  return {
    name,
    description:
      'Finds tools that are not declared here; what it finds can be called in the next step. Search before saying ' +
      'that something cannot be done.\nTools that can be found: ' +
      listNames(held),
    inputSchema: {
      type: 'object',
      properties: {
        query: {
          type: 'string',
          description: `Words of what the tool does, for the best ${maxFound}; or "select:" and names, comma-separated.`,
        },
      },
      required: ['query'],
    },
  };
}

/** Answers a call of the search tool. Added to the conversation, the result declares what was found. */
export function answerToolSearch(call: ToolCall, held: readonly Tool[]): ToolResult {
  const query = call.input['query'];
  const found = typeof query === 'string' ? searchTools(query, held) : [];
  return {
    type: 'tool-result',
    id: call.id,
    content:
      found.length > 0
        ? found.map(tool => ({ type: 'tool-reference', name: tool.name }))
        : [{ type: 'text', text: `No tool was found. Tools that can be found: ${listNames(held)}` }],
    isError: false,
  };
}

/** The tools that fit a query best, the best first: by name with `select:a,b`, else by words. */
export function searchTools(query: string, tools: readonly Tool[]): readonly Tool[] {
  const selected = /^\s*select:(.*)$/is.exec(query)?.[1];
  if (selected !== undefined) {
    const names = new Set(selected.split(',').map(name => name.trim().toLowerCase()));
    return tools.filter(tool => names.has(tool.name.toLowerCase()));
  }
  const words = [...new Set(wordsOf(query))];
  return tools
    .map((tool, index) => ({ tool, index, score: rate(tool, words, query) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score || one.index - other.index)
    .slice(0, maxFound)
    .map(({ tool }) => tool);
}

function rate(tool: Tool, words: readonly string[], query: string): number {
  if (tool.name.toLowerCase() === query.trim().toLowerCase()) return Number.POSITIVE_INFINITY;
  const name = wordsOf(tool.name);
  const description = new Set(wordsOf(tool.description));
  const members = new Set(wordsOf(Object.keys(tool.inputSchema['properties'] ?? {}).join(' ')));
  let score = 0;
  for (const word of words) {
    if (name.includes(word)) score += 8;
    else if (word.length > 2 && name.some(part => part.startsWith(word) || word.startsWith(part))) score += 4;
    if (description.has(word)) score += 2;
    if (members.has(word)) score += 1;
  }
  return score;
}

// Names come as snake_case, kebab-case and camelCase.
function wordsOf(text: string): readonly string[] {
  const words = text
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return words ?? [];
}

function listNames(tools: readonly Tool[]): string {
  let text = '';
  for (const [index, { name }] of tools.entries()) {
    if (text.length + name.length > maxListed) return `${text} and ${tools.length - index} more.`;
    text += index === 0 ? name : `, ${name}`;
  }
  return `${text}.`;
}

const maxListed = 8000;
