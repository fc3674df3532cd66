// https://platform.openai.com/docs/guides/tools-web-search#output-and-citations
import type { Citation, JsonObject, SearchResult, Text } from '../../core/chat.ts';

/** The sources of a text: those that it brings along, and those of its searches whose address it names. */
export function writeAnnotations(block: Text, results: readonly SearchResult[]): readonly JsonObject[] {
  const own = block.citations ?? [];
  const named = results.filter(
    (result, index) =>
      block.text.includes(result.url) &&
      !own.some(citation => citation.url === result.url) &&
      results.findIndex(other => other.url === result.url) === index,
  );
  return [...own, ...named].map(citation => writeCitation(citation, block.text));
}

function writeCitation(citation: Citation | SearchResult, text: string): JsonObject {
  const quote = 'quote' in citation ? citation.quote : undefined;
  const [start, end] = spanOf(quote, text) ?? spanOf(citation.url, text) ?? [0, text.length];
  return {
    type: 'url_citation',
    start_index: start,
    end_index: end,
    url: citation.url,
    title: citation.title,
  };
}

function spanOf(part: string | undefined, text: string): readonly [number, number] | undefined {
  const start = part === undefined || part === '' ? -1 : text.indexOf(part);
  return part === undefined || start < 0 ? undefined : [start, start + part.length];
}
