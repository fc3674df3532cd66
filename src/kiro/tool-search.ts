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
  const indexed = tools.map(indexTool);
  const words = [...new Set(wordsOf(query))].map(word => ({
    word,
    // What many tools have says little about any of them.
    weight: Math.log(1 + tools.length / Math.max(1, indexed.filter(one => one.all.has(word)).length)),
  }));
  const rated = indexed
    .map(one => ({ tool: one.tool, score: rate(one, words, query) }))
    .sort((one, other) => other.score - one.score);
  const least = Math.min(rated[0]?.score ?? 0, best) * share;
  return rated
    .filter(({ score }) => score > 0 && score >= least)
    .slice(0, maxFound)
    .map(({ tool }) => tool);
}

interface IndexedTool {
  readonly tool: Tool;
  readonly name: readonly string[];
  readonly description: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
}

function indexTool(tool: Tool): IndexedTool {
  const name = wordsOf(tool.name);
  const members = wordsOf(Object.keys(tool.inputSchema['properties'] ?? {}).join(' '));
  const description = new Set(wordsOf(tool.description));
  return { tool, name, description, all: new Set([...name, ...description, ...members]) };
}

function rate(
  { tool, name, description, all }: IndexedTool,
  words: readonly { readonly word: string; readonly weight: number }[],
  query: string,
): number {
  let score = tool.name.toLowerCase() === query.trim().toLowerCase() ? best : 0;
  for (const { word, weight } of words) {
    const isNear = word.length > 2 && name.some(part => part.startsWith(word) || word.startsWith(part));
    if (name.includes(word)) score += 8 * weight;
    else if (isNear) score += 4 * weight;
    else if (description.has(word)) score += 2 * weight;
    else if (all.has(word)) score += weight;
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

const best = 1000;
const share = 0.2;
const maxListed = 8000;
