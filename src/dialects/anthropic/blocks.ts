import type { AnswerBlock, Citation, JsonObject, Text } from '../../core/chat.ts';
import { writeSearch } from '../searches.ts';

/** A block as it begins in a stream: without what its deltas bring. */
export function writeEmptyBlock(block: Exclude<AnswerBlock, { type: 'search' }>): JsonObject {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: '' };
    case 'tool-call':
      return { type: 'tool_use', id: block.id, name: block.name, input: {} };
    case 'reasoning':
      if (block.redacted !== undefined) return { type: 'redacted_thinking', data: block.redacted };
      return { type: 'thinking', thinking: '', signature: '' };
  }
}

/** A whole block; a search is two. `silent` leaves out what was thought, and keeps its signature. */
export function writeBlock(block: AnswerBlock, silent: boolean): JsonObject[] {
  switch (block.type) {
    case 'text':
      return [writeText(block)];
    case 'tool-call':
      return [{ type: 'tool_use', id: block.id, name: block.name, input: block.input }];
    case 'search':
      return writeSearch(block);
    case 'reasoning':
      if (block.redacted !== undefined) return [{ type: 'redacted_thinking', data: block.redacted }];
      return [{ type: 'thinking', thinking: silent ? '' : block.text, signature: block.signature ?? '' }];
  }
}

function writeText(block: Text): JsonObject {
  const citations = block.citations ?? [];
  const text: JsonObject = { type: 'text', text: block.text };
  return citations.length === 0 ? text : { ...text, citations: citations.map(writeCitation) };
}

/** A citation of a web page. */
export function writeCitation(citation: Citation): JsonObject {
  return {
    type: 'web_search_result_location',
    url: citation.url,
    title: citation.title,
    encrypted_index: '',
    cited_text: citation.quote ?? '',
  };
}
