import type { Block, Text, ToolResult } from '../../core/chat.ts';
import type { PlacedMessage } from './draft.ts';
import { writeSearchResult } from './result-texts.ts';
import { repairJson } from './unicode.ts';

/**
 * Tells calls, results and searches as readable text, for a request that declares no tools. The text stands in the
 * user's turn: in the assistant's own, models take it for the way to call tools.
 */
export function flattenTools(messages: readonly PlacedMessage[]): readonly PlacedMessage[] {
  if (!messages.some(message => message.content.some(isToolBlock))) return messages;
  const names = new Map<string, string>();
  return messages.flatMap(message => {
    const pieces: PlacedMessage[] = [];
    for (const block of message.content) {
      const told = isToolBlock(block) ? tell(block, names) : [block];
      const speaker = isToolBlock(block) ? 'user' : message.role;
      const last = pieces.at(-1);
      if (last?.role === speaker) pieces[pieces.length - 1] = { ...last, content: [...last.content, ...told] };
      else pieces.push({ ...message, role: speaker, content: told });
    }
    return pieces;
  });
}

function tell(block: ToolBlock, names: Map<string, string>): readonly Block[] {
  switch (block.type) {
    case 'tool-call':
      names.set(block.id, block.name);
      return [text(`[The assistant called the tool ${block.name} with: ${JSON.stringify(repairJson(block.input))}]`)];
    case 'tool-result': {
      const name = names.get(block.id) ?? block.id;
      const label = block.isError ? `[The tool ${name} failed:]` : `[The tool ${name} returned:]`;
      return [text(label), ...resultBlocks(block)];
    }
    case 'search':
      return [
        text(`[The assistant searched the web for: ${JSON.stringify(block.query)}]`),
        ...writeSearchResult(block).texts.map(text),
      ];
  }
}

/** What a result says, as blocks of a message. */
function resultBlocks(result: ToolResult): readonly Block[] {
  return result.content.map(part =>
    part.type === 'tool-reference' ? text(`[The tool ${part.name} was found.]`) : part,
  );
}

type ToolBlock = Extract<Block, { type: 'tool-call' | 'tool-result' | 'search' }>;

function isToolBlock(block: Block): block is ToolBlock {
  return block.type === 'tool-call' || block.type === 'tool-result' || block.type === 'search';
}

const text = (content: string): Text => ({ type: 'text', text: content });
