import type { HttpAnswer } from './script.ts';
import type { SeenRequest } from './seen.ts';

/** A web search: three made-up results that repeat the query, or none for a query that says `nothing`. */
export function answerSearch({ body }: SeenRequest): HttpAnswer {
  const { id, params } = body as { id: string; params: { arguments: { query: string } } };
  const { query } = params.arguments;
  if (query.includes('nothing')) {
    return { status: 200, body: { jsonrpc: '2.0', id, error: { code: -32602, message: 'No results found.' } } };
  }
  const results = ['First', 'Second', 'Third'].map((place, at) => ({
    title: `${place} page about ${query}`,
    url: `https://example.com/${at + 1}?q=${encodeURIComponent(query)}`,
    ...(at === 2 ? {} : { snippet: `What page ${at + 1} says about ${query}.`, publishedDate: `2026-0${at + 1}-15` }),
  }));
  const text = JSON.stringify({ results, totalResults: results.length, query });
  return { status: 200, body: { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }], isError: false } } };
}
