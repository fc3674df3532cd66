import { textOf } from './display.ts';
import type { KeptMessage } from './history.ts';

export type ExportForm = 'markdown' | 'json';

/** A conversation as a file. */
export function exportAs(form: ExportForm, messages: readonly KeptMessage[], title?: string): string {
  if (form === 'json') return `${JSON.stringify(messages.map(writeMessage), null, 2)}\n`;
  const head = title === undefined ? '' : `# ${title}\n\n`;
  return `${head}${messages.map(writeSection).join('\n')}`;
}

function writeSection({ role, model, content }: KeptMessage): string {
  const who = role === 'user' ? 'Question' : `Answer${model === undefined ? '' : ` (${model})`}`;
  return `## ${who}\n\n${[...filesOf(content), textOf(content)].filter(Boolean).join('\n\n')}\n`;
}

/** The files of a message, each in a line. */
export const filesOf = (content: KeptMessage['content']): readonly string[] =>
  content.flatMap(block => {
    if (block.type === 'document') return [`[document: ${block.title ?? 'without a name'}]`];
    return block.type === 'image' ? ['[image]'] : [];
  });

const writeMessage = ({ at, ...message }: KeptMessage): unknown => ({ ...message, at: new Date(at).toISOString() });
