import type { Tool } from '../../core/chat.ts';
import type { Draft } from './draft.ts';

/** Declares what the conversation calls and the client no longer declares. */
export function declareUsedTools(draft: Draft): Draft {
  const declared = new Set(draft.tools.map(tool => tool.name));
  const used: Tool[] = [];
  for (const turn of draft.turns) {
    if (turn.role !== 'assistant') continue;
    for (const { name } of turn.calls) {
      if (declared.has(name)) continue;
      declared.add(name);
      used.push({ name, description: gone, inputSchema: { type: 'object', properties: {} } });
    }
  }
  return used.length === 0 ? draft : { ...draft, tools: [...draft.tools, ...used] };
}

const gone = 'Was used earlier in this conversation and is not available any more. Do not call it.';
