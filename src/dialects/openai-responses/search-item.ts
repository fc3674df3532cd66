// https://platform.openai.com/docs/guides/tools-web-search#output-and-citations
import type { JsonObject, Message, Search, SearchResult } from '../../core/chat.ts';
import { isList, isObject, optionalString } from '../body.ts';

/** A search as an item. Its results stay with it, so that they are known when it comes back. */
export function writeSearchItem(search: Search, id: string): JsonObject {
  const sources = search.results.map(({ url }): JsonObject => ({ type: 'url', url }));
  return {
    id,
    type: 'web_search_call',
    status: search.error === undefined ? 'completed' : 'failed',
    action: { type: 'search', query: search.query, queries: [search.query], sources },
    ...(search.error === undefined
      ? { results: search.results.map(writeResult) }
      : { error: { message: search.error } }),
  };
}

/** A search that was done earlier, also one of another service. */
export function readSearchItem(item: JsonObject): readonly Message[] {
  const action = isObject(item['action']) ? item['action'] : {};
  const query = [action['query'], first(action['queries']), action['pattern'], action['url']].map(optionalString);
  const own = isList(item['results']) ? item['results'] : [];
  const sources = isList(action['sources']) ? action['sources'] : [];
  const results = (own.length > 0 ? own : sources).flatMap(readResult);
  const search: Search = {
    type: 'search',
    id: optionalString(item['id']) ?? '',
    query: query.find(text => text !== undefined) ?? '',
    results,
    ...(item['status'] === 'failed' ? { error: readFailure(item['error']) } : {}),
  };
  return search.query === '' && results.length === 0 ? [] : [{ role: 'assistant', content: [search] }];
}

function writeResult(result: SearchResult): JsonObject {
  const { title, url, snippet, published } = result;
  return {
    title,
    url,
    ...(snippet === undefined ? {} : { snippet }),
    ...(published === undefined ? {} : { published }),
  };
}

function readResult(fields: unknown): SearchResult[] {
  if (!isObject(fields)) return [];
  const url = optionalString(fields['url']);
  if (url === undefined) return [];
  const snippet = optionalString(fields['snippet']);
  const published = optionalString(fields['published']);
  return [
    {
      title: optionalString(fields['title']) ?? url,
      url,
      ...(snippet === undefined ? {} : { snippet }),
      ...(published === undefined ? {} : { published }),
    },
  ];
}

function readFailure(error: unknown): string {
  return (isObject(error) ? optionalString(error['message']) : undefined) ?? 'unavailable';
}

function first(list: unknown): unknown {
  return isList(list) ? list[0] : undefined;
}
