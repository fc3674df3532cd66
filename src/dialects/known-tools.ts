// Tools that clients run themselves but declare by type alone, because the real API knows their schemas.
// https://docs.claude.com/en/docs/agents-and-tools/tool-use/overview
import type { JsonObject, Tool } from '../core/chat.ts';

/** The tool that a type such as `bash_20250124` stands for. */
export function knownTool(type: string, name: string | undefined): Tool | undefined {
  const known = knownTools.find(tool => type.startsWith(tool.prefix));
  return known && { name: name ?? known.name, description: known.description, inputSchema: known.inputSchema };
}

const text = (description: string): JsonObject => ({ type: 'string', description });
const path = text('Absolute path.');
const line = (description: string): JsonObject => ({ type: 'integer', description });
const range: JsonObject = {
  type: 'array',
  items: { type: 'integer' },
  description: 'For view of a file: first and last line, counted from 1; -1 as the last means the end.',
};

const knownTools: readonly (Tool & { readonly prefix: string })[] = [
  {
    prefix: 'bash_',
    name: 'bash',
    description: 'Runs a command in a bash session that keeps its state between calls.',
    inputSchema: {
      type: 'object',
      properties: {
        command: text('The command to run. Required unless restart is set.'),
        restart: { type: 'boolean', description: 'Starts the session anew.' },
      },
    },
  },
  {
    prefix: 'text_editor_',
    name: 'str_replace_based_edit_tool',
    description: 'Views, creates and edits text files.',
    inputSchema: {
      type: 'object',
      properties: {
        command: { type: 'string', enum: ['view', 'create', 'str_replace', 'insert'], description: 'What to do.' },
        path,
        view_range: range,
        file_text: text('For create: the content of the file.'),
        old_str: text('For str_replace: the text to replace; it must occur exactly once.'),
        new_str: text('For str_replace: the text to put in its place.'),
        insert_line: line('For insert: the line after which to insert; 0 is the beginning.'),
        insert_text: text('For insert: the text to insert.'),
      },
      required: ['command', 'path'],
    },
  },
  {
    prefix: 'memory_',
    name: 'memory',
    description: 'Reads and writes files of notes under /memories that outlive this conversation.',
    inputSchema: {
      type: 'object',
      properties: {
        command: {
          type: 'string',
          enum: ['view', 'create', 'str_replace', 'insert', 'delete', 'rename'],
          description: 'What to do.',
        },
        path: text('Path under /memories. Required unless the command is rename.'),
        view_range: range,
        file_text: text('For create: the content of the file.'),
        old_str: text('For str_replace: the text to replace.'),
        new_str: text('For str_replace: the text to put in its place.'),
        insert_line: line('For insert: the line after which to insert; 0 is the beginning.'),
        insert_text: text('For insert: the text to insert.'),
        old_path: text('For rename: the present path.'),
        new_path: text('For rename: the new path.'),
      },
      required: ['command'],
    },
  },
];
