import type { ChatRequest, Message, Tool } from '../../core/chat.ts';
import { ChatError } from '../../core/errors.ts';

/** What is declared for a choice of tools, and what is said about it. */
export interface ChosenTools {
  readonly tools: readonly Tool[];
  /** The answer must call a tool, the named one if there is a name. */
  readonly mustCall?: { readonly name?: string };
  /** What the model is told about it, for this answer only. */
  readonly instruction?: string;
  readonly ignored: readonly string[];
}

/** A choice of tools as the service can take it: by what is declared, and by words. */
export function chooseTools(chat: ChatRequest, tools: readonly Tool[]): ChosenTools {
  const { toolChoice } = chat;
  switch (toolChoice.type) {
    case 'auto':
      return { tools, ignored: [] };
    case 'none':
      return { tools: [], ignored: [] };
    case 'required':
      if (tools.length === 0) return { tools, ignored: ['toolChoice'] };
      return {
        tools,
        mustCall: {},
        instruction: 'You must call at least one of your tools in this answer. Do not answer with text alone.',
        ignored: [],
      };
    case 'tool': {
      const { name } = toolChoice;
      if (!tools.some(tool => tool.name === name)) {
        throw new ChatError('invalid', `tool_choice: no tool "${name}" is declared in this request.`, {
          param: 'tool_choice',
        });
      }
      // What the conversation called must stay declared.
      const used = usedNames(chat.messages);
      return {
        tools: tools.filter(tool => tool.name === name || used.has(tool.name)),
        mustCall: { name },
        instruction: `You must call the tool ${name} in this answer, and no other tool. Do not answer with text alone.`,
        ignored: [],
      };
    }
  }
}

function usedNames(messages: readonly Message[]): ReadonlySet<string> {
  const calls = messages.flatMap(message => message.content.filter(block => block.type === 'tool-call'));
  return new Set(calls.map(call => call.name));
}
