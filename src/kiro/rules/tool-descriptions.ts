import type { Tool } from '../../core/chat.ts';
import type { Draft } from './draft.ts';
import { isBlank } from './turns.ts';

/** Characters that the service takes in a description. */
export const maxDescription = 10_240;

/** Moves descriptions that are too long to the system text, and gives one to the tools that have none. */
export function describeTools(draft: Draft, limit: number): Draft {
  const most = Math.max(shortest, Math.min(limit, maxDescription));
  const moved: string[] = [];
  let changed = false;
  const tools = draft.tools.map((tool): Tool => {
    if (tool.description.length <= most && !isBlank(tool.description)) return tool;
    changed = true;
    if (isBlank(tool.description)) return { ...tool, description: `Tool: ${tool.name}` };
    const heading = `## Tool: ${tool.name}`;
    moved.push(`${heading}\n\n${tool.description}`);
    return { ...tool, description: `The full description is in the instructions, under "${heading}".` };
  });
  return changed ? { ...draft, tools, system: [...draft.system, ...moved] } : draft;
}

// The pointer that is left behind must fit in any case.
const shortest = 200;
