import type { ChatRequest, Message, Tool } from '../../core/chat.ts';

/** The tools of a request, by whether they are declared. */
export interface LoadedTools {
  readonly tools: readonly Tool[];
  /** Held back until they are found. */
  readonly held: readonly Tool[];
}

/** Declares a deferred tool once the conversation found, called or chose it, in that order after all others. */
export function loadTools({ tools, messages, toolChoice }: ChatRequest): LoadedTools {
  const deferred = new Map(tools.filter(tool => tool.deferred === true).map(tool => [tool.name, tool]));
  if (deferred.size === 0) return { tools, held: [] };
  const loaded: Tool[] = [];
  const load = (name: string): void => {
    const tool = deferred.get(name);
    if (tool !== undefined && deferred.delete(name)) loaded.push(tool);
  };
  for (const name of namesIn(messages)) load(name);
  if (toolChoice.type === 'tool') load(toolChoice.name);
  return { tools: [...tools.filter(tool => tool.deferred !== true), ...loaded], held: [...deferred.values()] };
}

/** Whether the client can find its deferred tools by itself. */
export function hasFinder(tools: readonly Tool[], messages: readonly Message[]): boolean {
  if (tools.some(tool => finder.test(tool.name.replace(/[^a-z]/gi, '')))) return true;
  return messages.some(message =>
    message.content.some(
      block => block.type === 'tool-result' && block.content.some(part => part.type === 'tool-reference'),
    ),
  );
}

function* namesIn(messages: readonly Message[]): Generator<string> {
  for (const { content } of messages) {
    for (const block of content) {
      if (block.type === 'tool-call') yield block.name;
      if (block.type !== 'tool-result') continue;
      for (const part of block.content) if (part.type === 'tool-reference') yield part.name;
    }
  }
}

const finder = /toolsearch|(search|find|discover|load)tools$/i;
