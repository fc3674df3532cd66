// https://platform.openai.com/docs/guides/tools-web-search#output-and-citations
import type { JsonObject, Text } from '../../core/chat.ts';

/** The sources of a text, each at the words that it stands for. */
export function writeAnnotations({ text, citations = [] }: Text): readonly JsonObject[] {
  return citations.map(({ url, title, quote }) => {
    const [start, end] = spanOf(quote, text) ?? spanOf(url, text) ?? [0, text.length];
    return { type: 'url_citation', start_index: start, end_index: end, url, title };
  });
}

function spanOf(part: string | undefined, text: string): readonly [number, number] | undefined {
  const start = part === undefined || part === '' ? -1 : text.indexOf(part);
  return part === undefined || start < 0 ? undefined : [start, start + part.length];
}
