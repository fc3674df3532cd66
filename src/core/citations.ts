import type { Citation, SearchResult } from './chat.ts';

/** The pages among those found whose addresses a text names. */
export function findCitations(text: string, results: readonly SearchResult[]): readonly Citation[] {
  const cited = new Map<string, Citation>();
  for (const { url, title, snippet } of results) {
    if (cited.has(url) || !isNamed(url, text)) continue;
    cited.set(url, { url, title, ...(snippet === undefined ? {} : { quote: snippet }) });
  }
  return [...cited.values()];
}

// An address that goes on is another one.
function isNamed(url: string, text: string): boolean {
  if (url === '') return false;
  for (let at = text.indexOf(url); at >= 0; at = text.indexOf(url, at + 1)) {
    if (ending.test(text.slice(at + url.length, at + url.length + 3))) return true;
  }
  return false;
}

const ending = /^\/?(?:$|[^\w\-/?=&%#~+.]|\.(?!\w))/;
