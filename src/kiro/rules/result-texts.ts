import type { Search, ToolResult } from '../../core/chat.ts';
import { writeDocument } from './documents.ts';
import type { TurnImage, TurnResult } from './draft.ts';
import { readImage } from './images.ts';

/** A result as texts. Its images are appended to `images`, and the texts say which they are. */
export function writeResult(result: ToolResult, images: TurnImage[]): TurnResult {
  const texts = result.content.map(part => writePart(part, images));
  const kept = texts.filter(text => text !== '');
  return { id: result.id, texts: result.isError ? sayFailure(kept) : kept, isError: result.isError };
}

function writePart(part: ToolResult['content'][number], images: TurnImage[]): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'image': {
      const image = readImage(part.source);
      if (typeof image === 'string') return image;
      images.push(image);
      return `[Image ${images.length} of this message]`;
    }
    case 'document':
      return writeDocument(part);
    case 'tool-reference':
      return `[The tool ${part.name} was found and can be called now.]`;
  }
}

/** What the gateway found on the web, in the words in which the model is told. */
export function writeSearchResult(search: Search): TurnResult {
  if (search.error !== undefined) {
    return { id: search.id, texts: [`The search failed: ${search.error}`], isError: true };
  }
  const texts = search.results.map(({ title, url, snippet, published }, index) =>
    [`${index + 1}. ${title}`, url, published, snippet].filter(line => line !== undefined && line !== '').join('\n'),
  );
  return { id: search.id, texts: texts.length > 0 ? [texts.join('\n\n')] : ['Nothing was found.'], isError: false };
}

// The model is not shown a result's status.
function sayFailure(texts: readonly string[]): readonly string[] {
  const [first, ...others] = texts;
  if (first === undefined) return ['The tool call failed.'];
  return failure.test(first.slice(0, 300)) ? texts : [`The tool call failed:\n${first}`, ...others];
}

const failure = /error|fail|exception/i;
