// What messages are made of. Clients mix the forms of all APIs, so one reader knows them all; what it does not know
// becomes text that the model can read, and never an error.
import { readArguments } from '../core/arguments.ts';
import type {
  Block,
  Citation,
  JsonObject,
  Message,
  Reasoning,
  Role,
  Text,
  ToolCall,
  ToolResult,
} from '../core/chat.ts';
import { invalid, isList, isObject, optionalString, readName, readObject, readString, unsupported } from './body.ts';
import { joinSearches, readSearchCall, readSearchResult } from './searches.ts';
import { noFiles, readDocument, readFile, readImage, readImageUrl } from './sources.ts';

/** The content of a message: a string, a list of blocks, one block, or nothing. */
export function readContent(value: unknown, path: string): Block[] {
  if (value === undefined || value === null || value === '') return [];
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  if (isObject(value)) return [...readBlock(value, path)];
  if (!isList(value)) throw invalid(path, 'must be a string or a list of content blocks');
  const blocks: Block[] = [];
  for (const [index, part] of value.entries()) {
    const at = `${path}[${index}]`;
    blocks.push(...(typeof part === 'string' ? readText(part) : readBlock(readObject(part, at), at)));
  }
  return joinSearches(blocks);
}

/** What a tool gave back: only what a result can hold, all else as text. */
export function readResultContent(value: unknown, path: string): ToolResult['content'] {
  if (value === undefined || value === null || value === '') return [];
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  if (!isList(value)) return isObject(value) ? readResultPart(value, path) : [{ type: 'text', text: String(value) }];
  return value.flatMap((part, index) => {
    const at = `${path}[${index}]`;
    return typeof part === 'string' ? readText(part) : readResultPart(readObject(part, at), at);
  });
}

/** Messages out of the blocks of one: results are always the user's, calls and thoughts the assistant's. */
export function splitByRole(role: Role, blocks: readonly Block[]): Message[] {
  const messages: { role: Role; content: Block[] }[] = [];
  for (const block of blocks) {
    const owner = ownerOf(block) ?? (role === 'system' && block.type !== 'text' ? 'user' : role);
    const last = messages.at(-1);
    if (last?.role === owner) last.content.push(block);
    else messages.push({ role: owner, content: [block] });
  }
  return messages.length === 0 ? [{ role, content: [] }] : messages;
}

/** Notes about broken calls, by their ids, put before the results that answer these calls. */
export function addNotes(messages: readonly Message[], notes = notesOf(messages)): readonly Message[] {
  if (notes.size === 0) return messages;
  return messages.map(message => ({
    ...message,
    content: message.content.map(block => {
      const note = block.type === 'tool-result' ? notes.get(block.id) : undefined;
      if (note === undefined || block.type !== 'tool-result') return block;
      return { ...block, content: [{ type: 'text' as const, text: note }, ...block.content] };
    }),
  }));
}

function notesOf(messages: readonly Message[]): ReadonlyMap<string, string> {
  const notes = new Map<string, string>();
  for (const { content } of messages) {
    for (const block of content) {
      if (block.type !== 'tool-call' || block.json === undefined) continue;
      const { note } = readArguments(block.json);
      if (note !== undefined) notes.set(block.id, note);
    }
  }
  return notes;
}

function ownerOf(block: Block): Role | undefined {
  if (block.type === 'tool-result') return 'user';
  return block.type === 'tool-call' || block.type === 'reasoning' || block.type === 'search' ? 'assistant' : undefined;
}

function readBlock(fields: JsonObject, path: string): readonly Block[] {
  const type = fields['type'] ?? (typeof fields['text'] === 'string' ? 'text' : undefined);
  const reader = typeof type === 'string' ? readers.get(type) : undefined;
  return reader === undefined ? [describe(fields)] : reader(fields, path);
}

function readResultPart(fields: JsonObject, path: string): ToolResult['content'] {
  if (fields['type'] === 'tool_reference') {
    return [{ type: 'tool-reference', name: readName(fields['tool_name'], `${path}.tool_name`) }];
  }
  if (!resultParts.has(String(fields['type']))) return [describe(fields)];
  return readBlock(fields, path).map(block =>
    block.type === 'text' || block.type === 'image' || block.type === 'document' ? block : describe(fields),
  );
}

// A block of a kind that only its author knows: all of it, for the model to make sense of.
function describe(fields: JsonObject): Text {
  const { type, cache_control: _, ...rest } = fields;
  const only = Object.keys(rest).length === 1 ? (rest['text'] ?? rest['content']) : undefined;
  const text = typeof only === 'string' ? only : JSON.stringify(rest);
  return { type: 'text', text: `[${typeof type === 'string' ? type : 'block'}] ${text}` };
}

function readText(text: string): Text[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

function readTextBlock(fields: JsonObject, path: string): Text[] {
  const text = fields['text'] === null ? '' : readString(fields['text'], `${path}.text`);
  const { citations, annotations } = fields;
  if (citations === undefined && annotations === undefined) return readText(text);
  const known = [citations, annotations]
    .flatMap(list => (isList(list) ? list : []))
    .flatMap(citation => (isObject(citation) ? readCitation(citation) : []));
  return known.length === 0 ? readText(text) : [{ type: 'text', text, citations: known }];
}

function readCitation(fields: JsonObject): Citation[] {
  const cited = isObject(fields['url_citation']) ? fields['url_citation'] : fields;
  const url = optionalString(cited['url']);
  if (url === undefined) return [];
  const quote = optionalString(cited['cited_text']);
  return [{ url, title: optionalString(cited['title']) ?? url, ...(quote === undefined ? {} : { quote }) }];
}

function readToolUse(fields: JsonObject, path: string): ToolCall[] {
  const id = readName(fields['id'], `${path}.id`);
  const name = readName(fields['name'], `${path}.name`);
  const input = fields['input'] ?? {};
  if (isObject(input)) return [{ type: 'tool-call', id, name, input }];
  if (typeof input !== 'string') throw invalid(`${path}.input`, 'must be an object');
  return [{ type: 'tool-call', id, name, input: readArguments(input).input, json: input }];
}

function readToolResult(fields: JsonObject, path: string): ToolResult[] {
  const id = readName(fields['tool_use_id'], `${path}.tool_use_id`);
  const content = readResultContent(fields['content'], `${path}.content`);
  return [{ type: 'tool-result', id, content, isError: fields['is_error'] === true }];
}

function readThinking(fields: JsonObject, path: string): Reasoning[] {
  const text = readString(fields['thinking'] ?? '', `${path}.thinking`);
  const signature = optionalString(fields['signature']);
  if (signature !== undefined) return [{ type: 'reasoning', text, signature }];
  return text === '' ? [] : [{ type: 'reasoning', text }];
}

function readSearchResultBlock(fields: JsonObject, path: string): Block[] {
  const title = [fields['title'], fields['source']].map(optionalString).filter(part => part !== undefined);
  const parts = readResultContent(fields['content'], `${path}.content`);
  const text = parts.flatMap(part => (part.type === 'text' ? [part.text] : [])).join('\n');
  const others = parts.filter(part => part.type === 'image' || part.type === 'document');
  const named = title[0] ? { title: title.join(' – ') } : {};
  return [{ type: 'document', source: { kind: 'text', text }, ...named }, ...others];
}

type BlockReader = (fields: JsonObject, path: string) => readonly Block[];

const readers: ReadonlyMap<string, BlockReader> = new Map<string, BlockReader>([
  ['text', readTextBlock],
  ['input_text', readTextBlock],
  ['output_text', readTextBlock],
  ['refusal', (fields, path) => readText(readString(fields['refusal'] ?? '', `${path}.refusal`))],
  ['image', (fields, path) => [readImage(fields, path)]],
  ['image_url', (fields, path) => [readImageUrl(fields['image_url'], `${path}.image_url`)]],
  ['input_image', readInputImage],
  ['document', readDocument],
  ['file', (fields, path) => [readFile(readObject(fields['file'], `${path}.file`), `${path}.file`)]],
  ['input_file', (fields, path) => [readFile(fields, path)]],
  ...['input_audio', 'audio', 'audio_url', 'video', 'video_url', 'input_video'].map((type): [string, BlockReader] => [
    type,
    refuseSound,
  ]),
  ['tool_use', readToolUse],
  ['tool_result', readToolResult],
  ['thinking', readThinking],
  ['redacted_thinking', readRedacted],
  ['search_result', readSearchResultBlock],
  ['server_tool_use', (fields, path) => readSearchCall(fields, path) ?? [describe(fields)]],
  ['web_search_tool_result', readSearchResult],
  ['compaction', (fields, path) => readText(readString(fields['content'] ?? '', `${path}.content`))],
]);

const resultParts: ReadonlySet<string> = new Set([
  ...['text', 'input_text', 'output_text', 'refusal', 'image', 'image_url', 'input_image'],
  ...['document', 'file', 'input_file', 'search_result'],
]);

function readInputImage(fields: JsonObject, path: string): Block[] {
  if (typeof fields['file_id'] === 'string') throw noFiles(`${path}.file_id`);
  return [readImageUrl(fields['image_url'], `${path}.image_url`)];
}

function refuseSound(fields: JsonObject, path: string): never {
  throw unsupported(path, `the service does not take ${String(fields['type'])}; send text, images or documents`);
}

function readRedacted(fields: JsonObject, path: string): Reasoning[] {
  return [{ type: 'reasoning', text: '', redacted: readName(fields['data'], `${path}.data`) }];
}
