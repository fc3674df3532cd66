// Web searches as the Messages API writes them: a server's tool use, and its result in a block of its own.
import type { Block, JsonObject, Search, SearchFailure, SearchResult } from '../core/chat.ts';
import { isList, isObject, optionalString, readName } from './body.ts';

/** A search that the gateway did; undefined when it is another server tool. */
export function readSearchCall(fields: JsonObject, path: string): Search[] | undefined {
  if (fields['name'] !== 'web_search') return undefined;
  const input = isObject(fields['input']) ? fields['input'] : {};
  const query = optionalString(input['query']) ?? '';
  return [{ type: 'search', id: readName(fields['id'], `${path}.id`), query, results: [], error: pending }];
}

/** What a search found. */
export function readSearchResult(fields: JsonObject, path: string): Search[] {
  const id = readName(fields['tool_use_id'], `${path}.tool_use_id`);
  const content = fields['content'];
  if (isList(content)) {
    return [
      { type: 'search', id, query: '', results: content.flatMap(entry => (isObject(entry) ? readEntry(entry) : [])) },
    ];
  }
  const told = isObject(content) ? content : {};
  const error = optionalString(told['error_message']) ?? optionalString(told['error_code']) ?? 'unavailable';
  return [{ type: 'search', id, query: '', results: [], error }];
}

/** Searches and their results, brought together at the place of the search. */
export function joinSearches(blocks: Block[]): Block[] {
  if (!blocks.some(block => block.type === 'search')) return blocks;
  const joined: Block[] = [];
  for (const block of blocks) {
    const at = joined.findIndex(other => block.type === 'search' && block.query === '' && isOpen(other, block.id));
    const call = joined[at];
    if (block.type === 'search' && call?.type === 'search') joined[at] = { ...block, query: call.query };
    else joined.push(block);
  }
  return joined;
}

// A call whose result is still to come: ids may come again.
function isOpen(block: Block, id: string): boolean {
  return block.type === 'search' && block.id === id && block.query !== '' && block.error === pending;
}

const pending = 'unavailable';

/** A search as the two blocks of the API. */
export function writeSearch(search: Search): [call: JsonObject, result: JsonObject] {
  const id = search.id.startsWith(prefix) ? search.id : `${prefix}${search.id}`;
  const content: JsonObject | JsonObject[] =
    search.error === undefined
      ? search.results.map(writeEntry)
      : {
          type: 'web_search_tool_result_error',
          error_code: errorCodes[search.failure ?? 'unavailable'],
          // The API has no words for it; they come back with the next turn, and the model reads the same again.
          error_message: search.error,
        };
  return [
    { type: 'server_tool_use', id, name: 'web_search', input: { query: search.query } },
    { type: 'web_search_tool_result', tool_use_id: id, content },
  ];
}

const errorCodes: Readonly<Record<SearchFailure, string>> = {
  query: 'invalid_tool_input',
  uses: 'max_uses_exceeded',
  rate: 'too_many_requests',
  unavailable: 'unavailable',
};

const prefix = 'srvtoolu_';

// The field is opaque to clients and comes back with the next turn, so the snippet travels in it.
const snippetMark = 'snippet:';

function writeEntry(result: SearchResult): JsonObject {
  return {
    type: 'web_search_result',
    title: result.title,
    url: result.url,
    encrypted_content: result.snippet === undefined ? '' : snippetMark + result.snippet,
    page_age: result.published ?? null,
  };
}

function readEntry(fields: JsonObject): SearchResult[] {
  const url = optionalString(fields['url']);
  if (url === undefined) return [];
  const kept = optionalString(fields['encrypted_content']);
  const published = optionalString(fields['page_age']);
  return [
    {
      title: optionalString(fields['title']) ?? url,
      url,
      ...(kept?.startsWith(snippetMark) ? { snippet: kept.slice(snippetMark.length) } : {}),
      ...(published === undefined ? {} : { published }),
    },
  ];
}
