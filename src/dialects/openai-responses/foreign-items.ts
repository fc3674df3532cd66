import type { Block, Image, JsonObject, Message } from '../../core/chat.ts';
import { isObject, optionalString } from '../body.ts';
import { readContent } from '../content.ts';
import { itemType } from './entries.ts';

/** What other services did or what nobody knows yet: told to the model in words, with its pictures. */
export function readForeignItem(item: JsonObject, path: string): readonly Message[] {
  if (item['type'] === 'agent_message') return readAgentMessage(item, path);
  const { type: _, id: _id, status: _status, encrypted_content: _sealed, ...rest } = item;
  const picture = pictureOf(item);
  const told = picture === undefined ? rest : without(rest, picture.field);
  const text = `[${itemType(item)}] ${JSON.stringify(told)}`;
  const content: Block[] = [{ type: 'text', text }];
  if (picture !== undefined) content.push(picture.image);
  return [{ role: 'user', content }];
}

function readAgentMessage(item: JsonObject, path: string): readonly Message[] {
  const author = optionalString(item['author']) ?? 'another agent';
  const content = readContent(item['content'], `${path}.content`);
  return [{ role: 'user', content: [{ type: 'text', text: `[Message from ${author}]` }, ...content] }];
}

// Megabytes of base64 would drown the conversation as text.
function pictureOf(item: JsonObject): { field: string; image: Image } | undefined {
  const result = optionalString(item['result']);
  if (item['type'] === 'image_generation_call' && result !== undefined) {
    return { field: 'result', image: { type: 'image', source: { kind: 'base64', data: result } } };
  }
  const output = item['output'];
  const url = isObject(output) ? optionalString(output['image_url']) : undefined;
  const data = url === undefined ? null : /^data:([^;,]+);base64,/.exec(url);
  if (url === undefined || data === null) return undefined;
  const source = { kind: 'base64', data: url.slice(data[0].length), mediaType: data[1] ?? '' } as const;
  return { field: 'output', image: { type: 'image', source } };
}

function without(fields: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field));
}
