// Images and documents, in every form in which clients send them.
import type { Block, Document, Image, JsonObject, Source, Text } from '../core/chat.ts';
import { invalid, isList, isObject, optionalString, readObject, readString, unsupported } from './body.ts';

/** An `image` block: with a `source`, or as tool protocols write it, with `data` or a URL of its own. */
export function readImage(fields: JsonObject, path: string): Image {
  const source = fields['source'];
  if (source !== undefined && source !== null) {
    return { type: 'image', source: readSource(readObject(source, `${path}.source`), `${path}.source`) };
  }
  for (const name of ['image_url', 'url', 'image']) {
    if (fields[name] !== undefined) return readImageUrl(fields[name], `${path}.${name}`);
  }
  if (fields['data'] === undefined) throw invalid(`${path}.source`, 'is missing: must be an object');
  const mediaType = optionalString(fields['mimeType']) ?? optionalString(fields['media_type']);
  return { type: 'image', source: readBytes(readString(fields['data'], `${path}.data`), mediaType) };
}

/** An image by its address: a string, or an object with `url`. */
export function readImageUrl(value: unknown, path: string): Image {
  const address = isObject(value) ? readString(value['url'], `${path}.url`) : readString(value, path);
  return { type: 'image', source: readUrl(address, path) };
}

/** A `document` block. Its context comes before it, and what it is made of after. */
export function readDocument(fields: JsonObject, path: string): Block[] {
  const source = readObject(fields['source'], `${path}.source`);
  const title = optionalString(fields['title']);
  const context = optionalString(fields['context']);
  const before: Text[] = context === undefined ? [] : [{ type: 'text', text: context }];
  if (source['type'] !== 'content') return [...before, document(readSource(source, `${path}.source`), title)];
  return [...before, ...readParts(source['content'], title, `${path}.source.content`)];
}

/** A `file` or `input_file` part: its data, as a data URL or plain base64, or its address. */
export function readFile(fields: JsonObject, path: string): Image | Document {
  const title = optionalString(fields['filename']);
  const data = optionalString(fields['file_data']);
  const url = optionalString(fields['file_url']);
  if (data === undefined && url === undefined) {
    if (fields['file_id'] !== undefined) throw noFiles(`${path}.file_id`);
    throw invalid(`${path}.file_data`, 'is missing: must be a string');
  }
  const source = data === undefined ? readUrl(url ?? '', `${path}.file_url`) : readBytes(data, undefined);
  if (source.kind === 'base64' && source.mediaType?.startsWith('image/')) return { type: 'image', source };
  return document(source, title);
}

/** The refusal of a file that only the real service holds. */
export function noFiles(path: string): Error {
  return unsupported(path, 'the gateway keeps no uploaded files; send the content itself');
}

function readSource(source: JsonObject, path: string): Source {
  switch (source['type']) {
    case 'base64':
      return readBytes(readString(source['data'], `${path}.data`), optionalString(source['media_type']));
    case 'text':
      return { kind: 'text', text: readString(source['data'] ?? source['text'], `${path}.data`) };
    case 'url':
      return readUrl(readString(source['url'], `${path}.url`), `${path}.url`);
    case 'file':
      throw noFiles(`${path}.file_id`);
    default:
      throw invalid(`${path}.type`, 'must be "base64", "url" or "text"');
  }
}

function readBytes(data: string, mediaType: string | undefined): Source {
  const read = data.startsWith('data:') ? readDataUrl(data) : undefined;
  if (read !== undefined) return read;
  return mediaType === undefined ? { kind: 'base64', data } : { kind: 'base64', data, mediaType };
}

function readUrl(address: string, path: string): Source {
  if (/^https?:\/\//i.test(address)) return { kind: 'url', url: address };
  const read = readDataUrl(address);
  if (read === undefined) throw invalid(path, 'must be an http, https or data URL');
  return read;
}

function readDataUrl(address: string): Source | undefined {
  const comma = address.indexOf(',');
  if (comma < 0 || !/^data:/i.test(address)) return undefined;
  const [mediaType = '', ...options] = address.slice('data:'.length, comma).split(';');
  const data = address.slice(comma + 1);
  const encoded = options.some(option => option.trim().toLowerCase() === 'base64');
  const bytes = encoded ? data : Buffer.from(withoutPercents(data)).toString('base64');
  return mediaType === '' ? { kind: 'base64', data: bytes } : { kind: 'base64', data: bytes, mediaType };
}

function withoutPercents(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readParts(content: unknown, title: string | undefined, path: string): (Image | Document)[] {
  if (typeof content === 'string') return [document({ kind: 'text', text: content }, title)];
  if (!isList(content)) throw invalid(path, 'must be a string or a list');
  return content.map((part, index) => {
    const at = `${path}[${index}]`;
    const fields = readObject(part, at);
    if (fields['type'] === 'image') return readImage(fields, at);
    return document({ kind: 'text', text: readString(fields['text'], `${at}.text`) }, title);
  });
}

function document(source: Source, title: string | undefined): Document {
  return title === undefined ? { type: 'document', source } : { type: 'document', source, title };
}
