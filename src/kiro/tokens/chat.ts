import type { Block, ChatRequest, Source, Tool, ToolResult } from '../../core/chat.ts';
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
  for (const tool of chat.tools) yield tool.deferred === true ? countTokens(tool.name) : countTool(tool);
  if (chat.search !== undefined) yield searchCost;
  if (chat.format?.type === 'json-schema') yield countTokens(JSON.stringify(chat.format.schema));
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
      yield callCost + countTokens(block.name) + countTokens(block.json ?? JSON.stringify(block.input));
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

function countTool({ name, description, inputSchema }: Tool): number {
  return toolCost + countTokens(name) + countTokens(description) + countTokens(JSON.stringify(inputSchema));
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
const patience = 2;
const messageCost = 4;
const callCost = 8;
const toolCost = 8;
const searchCost = 100;
const lettersPerSecret = 6;
// Files hold much besides their text.
const lettersPerDocumentToken = 60;
