import type { Block, ChatRequest, Json, JsonObject, Source, Tool, ToolResult } from '../../core/chat.ts';
import { countImage, unknownImage } from './image-size.ts';
import { countTokens } from './text.ts';

/** Tokens of a request, estimated. */
export function countChat(chat: ChatRequest): number {
  let tokens = 0;
  for (const piece of piecesOf(chat)) tokens += piece;
  return Math.max(1, tokens);
}

/** The same, without ever holding up anything else for long. */
export async function countChatGently(chat: ChatRequest): Promise<number> {
  let tokens = 0;
  let began = performance.now();
  for (const piece of piecesOf(chat)) {
    tokens += piece;
    if (performance.now() - began < patience) continue;
    await new Promise(resolve => setImmediate(resolve));
    began = performance.now();
  }
  return Math.max(1, tokens);
}

function* piecesOf(chat: ChatRequest): Iterable<number> {
  for (const { content } of chat.messages) {
    yield messageCost;
    for (const block of content) yield* blockPieces(block);
  }
  for (const tool of chat.tools) yield* toolPieces(tool);
  if (chat.search !== undefined) yield searchCost;
  if (chat.format?.type === 'json-schema') yield* jsonPieces(chat.format.schema);
}

function* blockPieces(block: Block | ToolResult['content'][number]): Iterable<number> {
  switch (block.type) {
    case 'text':
      yield countTokens(block.text);
      break;
    case 'reasoning':
      yield block.redacted === undefined
        ? countTokens(block.text)
        : Math.ceil(block.redacted.length / lettersPerSecret);
      break;
    case 'image':
      yield block.source.kind === 'base64' ? countImage(block.source.data) : unknownImage;
      break;
    case 'document':
      yield countDocument(block.source);
      break;
    case 'tool-call':
      yield callCost + countTokens(block.name);
      yield* block.json === undefined ? jsonPieces(block.input) : [countTokens(block.json)];
      break;
    case 'tool-result':
      yield callCost;
      for (const part of block.content) yield* blockPieces(part);
      break;
    case 'tool-reference':
      yield countTokens(block.name);
      break;
    case 'search':
      yield callCost + countTokens(block.query);
      for (const { title, url, snippet = '' } of block.results) yield countTokens(`${title}\n${url}\n${snippet}`);
      break;
  }
}

// Megabytes are not written as JSON only to be counted.
function* jsonPieces(json: Json): Iterable<number> {
  if (typeof json === 'string' && json.length > longestWritten) yield countTokens(json);
  else if (lettersOf(json, longestWritten) <= longestWritten) yield countTokens(JSON.stringify(json));
  else if (isList(json)) for (const value of json) yield* jsonPieces(value);
  else for (const [name, value] of Object.entries(json as JsonObject)) yield* [countTokens(name), ...jsonPieces(value)];
}

const isList = (json: Json): json is readonly Json[] => Array.isArray(json);

/** Letters of all strings inside, counted up to a limit. */
function lettersOf(json: Json, most: number): number {
  if (typeof json === 'string') return json.length;
  if (typeof json !== 'object' || json === null) return 1;
  let letters = 1;
  for (const value of Object.values(json)) {
    letters += lettersOf(value, most - letters);
    if (letters > most) break;
  }
  return letters;
}

function* toolPieces({ name, description, inputSchema, deferred }: Tool): Iterable<number> {
  yield countTokens(name);
  if (deferred === true) return;
  yield toolCost + countTokens(description);
  yield* jsonPieces(inputSchema);
}

function countDocument(source: Source): number {
  switch (source.kind) {
    case 'text':
      return countTokens(source.text);
    case 'base64':
      return Math.ceil(source.data.length / lettersPerDocumentToken);
    case 'url':
      return unknownImage;
  }
}

// Milliseconds in one go.
const patience = 1;
const messageCost = 4;
const callCost = 8;
const toolCost = 8;
const searchCost = 100;
const lettersPerSecret = 6;
// Files hold much besides their text.
const lettersPerDocumentToken = 60;
const longestWritten = 64 * 1024;
