import fc from 'fast-check';
import { readArguments } from '../../src/core/arguments.ts';
import type { JsonObject } from '../../src/core/chat.ts';
import { writeSignature } from '../../src/kiro/signature.ts';
import { anyCharacter, webAddress } from '../support/arbitrary-text.ts';
import { onePixel } from '../support/pictures.ts';

/** What a client said that the service must be told. */
export interface Facts {
  readonly texts: readonly string[];
  /** Base64. */
  readonly images: readonly string[];
  readonly calls: readonly { readonly name: string; readonly input: JsonObject }[];
}

/** A piece of a request, and what it says. */
export interface Said<T = unknown> extends Facts {
  readonly json: T;
}

export const silent: Facts = { texts: [], images: [], calls: [] };

/** Several pieces as one. */
export function together<T>(pieces: readonly Said<T>[]): Said<readonly T[]> {
  return {
    json: pieces.map(piece => piece.json),
    texts: pieces.flatMap(piece => piece.texts),
    images: pieces.flatMap(piece => piece.images),
    calls: pieces.flatMap(piece => piece.calls),
  };
}

/** The same facts in another form. */
export const as = <T>(said: Facts, json: T): Said<T> => ({ ...facts(said), json });
const facts = ({ texts, images, calls }: Facts): Facts => ({ texts, images, calls });

// Half characters, controls, quotes, other scripts: whatever a client may hold.
const piece = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: anyCharacter, maxLength: 8 }),
  fc.constantFrom('\ud800', '\udfff', 'a\ud83d', '😀', '漢字', '\u0000', '\n\n', '  ', '"\\', '<thinking>', '```', ''),
);
export const anyText = fc.array(piece, { maxLength: 3 }).map(parts => parts.join(''));
/** A text that can be found again: no other begins so. */
export const markedText = fc.tuple(fc.nat(1e12), anyText).map(([mark, text]) => `T${mark}:${text}`);
export const loneText: fc.Arbitrary<Said<string>> = markedText.map(text => ({ ...silent, texts: [text], json: text }));

// Few ids and names, so that they meet; some that the service does not take.
export const id = fc.oneof(
  { arbitrary: fc.constantFrom('a', 'b', 'c', 'toolu_01', 'call/1', 'x'.repeat(80)), weight: 8 },
  { arbitrary: fc.string({ minLength: 1, unit: anyCharacter }), weight: 1 },
);
export const name = fc.oneof(
  { arbitrary: fc.constantFrom('read', 'write', 'Read', 'mcp.server/tool', '1st', 'n'.repeat(70)), weight: 8 },
  { arbitrary: fc.string({ minLength: 1, unit: 'grapheme' }), weight: 1 },
);
const json = fc.jsonValue({ maxDepth: 2 });
export const input = fc
  .dictionary(fc.oneof(fc.constantFrom('path', '__proto__', 'a'), anyText), json, { maxKeys: 3 })
  .map(value => JSON.parse(JSON.stringify(value)) as JsonObject);
/** Arguments as text, whole or broken, and what they are read as. */
export const writtenInput: fc.Arbitrary<{ readonly text: string; readonly input: JsonObject }> = fc
  .oneof(
    { arbitrary: input.map(value => JSON.stringify(value)), weight: 6 },
    fc.constantFrom('', '{"path":"a', '{"a":[1,', 'no JSON', '[1]', '{"a":1,}', '"{\\"a\\":1}"', 'null'),
  )
  .map(text => ({ text, input: readArguments(text).input }));

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const picture = fc.constantFrom(
  onePixel,
  onePixel,
  base64('\x89PNG\r\n\x1a\nrest'),
  base64('GIF89a…'),
  base64('\xff\xd8\xff\xe0'),
  base64('no image'),
);
/** An image in one of the forms of the APIs; its declared type may be wrong. */
export const image: fc.Arbitrary<Said> = fc
  .tuple(
    picture,
    fc.constantFrom<(data: string) => unknown>(
      data => ({ type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data } }),
      data => ({ type: 'image', source: { type: 'url', url: `data:image/png;base64,${data}` } }),
      data => ({ type: 'image_url', image_url: { url: `data:image/png;base64,${data}`, detail: 'high' } }),
      data => ({ type: 'image_url', image_url: `data:;base64,${data}` }),
      data => ({ type: 'input_image', image_url: `data:image/webp;base64,${data}` }),
      data => ({ type: 'image', data, mimeType: 'image/png' }),
    ),
  )
  .map(([data, write]) => ({ ...silent, images: [data], json: write(data) }));

/** A text in one of the forms of the APIs. */
export const text: fc.Arbitrary<Said> = fc
  .tuple(
    markedText,
    fc.constantFrom<(text: string) => unknown>(
      words => ({ type: 'text', text: words }),
      words => ({ type: 'text', text: words, cache_control: { type: 'ephemeral' }, brand_new: 1 }),
      words => ({ type: 'input_text', text: words }),
      words => ({ type: 'output_text', text: words, annotations: [] }),
      words => ({ type: 'refusal', refusal: words }),
      words => ({ text: words }),
      words => ({ type: 'brand_new', text: words }),
    ),
  )
  .map(([words, write]) => ({ ...silent, texts: [words], json: write(words) }));

const utf8 = (words: string): string => Buffer.from(words).toString('base64');
/** A document in one of the forms of the APIs. */
export const document: fc.Arbitrary<Said> = fc
  .tuple(
    markedText,
    fc.constantFrom<(text: string) => unknown>(
      data => ({ type: 'document', source: { type: 'text', media_type: 'text/plain', data }, title: 'A "title"' }),
      data => ({ type: 'document', source: { type: 'content', content: [{ type: 'text', text: data }] } }),
      data => ({ type: 'document', source: { type: 'base64', media_type: 'text/csv', data: utf8(data) } }),
      data => ({ type: 'file', file: { filename: 'a.md', file_data: `data:text/markdown;base64,${utf8(data)}` } }),
      data => ({ type: 'input_file', filename: 'a.json', file_data: `data:application/json;base64,${utf8(data)}` }),
      data => ({ type: 'search_result', source: 'https://a.b', title: 't', content: [{ type: 'text', text: data }] }),
    ),
  )
  .map(([words, write]) => ({ ...silent, texts: [words.toWellFormed()], json: write(words) }));

/** A call in the form of the Messages API. */
const toolUse: fc.Arbitrary<Said> = fc.tuple(id, name, fc.oneof(input, writtenInput)).map(([callId, tool, value]) => {
  const written = 'text' in value && typeof value['text'] === 'string' && 'input' in value;
  const read = (written ? value['input'] : value) as JsonObject;
  const sent = written ? value['text'] : value;
  return { ...silent, calls: [{ name: tool, input: read }], json: part('tool_use', callId, tool, sent) };
});
const part = (type: string, callId: string, tool: string, value: unknown): unknown => ({
  type,
  id: callId,
  name: tool,
  input: value,
});

/** What a tool gave back: a text, or parts. */
export const resultContent: fc.Arbitrary<Said> = fc.oneof(
  { arbitrary: loneText, weight: 2 },
  {
    arbitrary: fc.array(fc.oneof({ arbitrary: text, weight: 3 }, image, document), { maxLength: 3 }).map(together),
    weight: 2,
  },
  fc.constantFrom<Said>({ ...silent, json: null }, { ...silent, json: [] }, { ...silent, json: '' }),
);
/** A result in the form of the Messages API. */
export const toolResult: fc.Arbitrary<Said> = fc
  .tuple(id, resultContent, fc.option(fc.boolean(), { nil: undefined }))
  .map(([callId, said, is_error]) =>
    as(said, { type: 'tool_result', tool_use_id: callId, content: said.json, is_error, cache_control: null }),
  );

const signature = fc.constantFrom(
  writeSignature('claude-sonnet-4.5', 'c2ln'),
  writeSignature('other', 'c2ln'),
  'foreign',
);
/** Thoughts: they go back to their own model only, and so they are no facts. */
export const thought: fc.Arbitrary<Said> = fc
  .oneof(
    fc.record({ type: fc.constant('thinking'), thinking: anyText, signature }, { requiredKeys: ['type', 'thinking'] }),
    fc.record({ type: fc.constant('redacted_thinking'), data: signature }),
  )
  .map(block => ({ ...silent, json: block }));

/** A search that the gateway did earlier, and what it found. */
export const search: fc.Arbitrary<Said<readonly unknown[]>> = fc
  .tuple(id, markedText, webAddress, fc.boolean())
  .map(([callId, title, url, failed]) => ({
    ...silent,
    texts: failed ? [] : [title, url],
    json: [
      { type: 'server_tool_use', id: callId, name: 'web_search', input: { query: 'q' } },
      {
        type: 'web_search_tool_result',
        tool_use_id: callId,
        content: failed
          ? { type: 'web_search_tool_result_error', error_code: 'unavailable' }
          : [{ type: 'web_search_result', title, url, encrypted_content: '' }],
      },
    ],
  }));

const parts = fc.oneof(
  { arbitrary: text.map(list), weight: 4 },
  { arbitrary: toolUse.map(list), weight: 3 },
  { arbitrary: toolResult.map(list), weight: 3 },
  { arbitrary: image.map(list), weight: 1 },
  { arbitrary: document.map(list), weight: 1 },
  { arbitrary: thought.map(list), weight: 1 },
  { arbitrary: search, weight: 1 },
);
function list(said: Said): Said<readonly unknown[]> {
  return as(said, [said.json]);
}

/** The content of a message: a string, blocks of all kinds, or nothing in one of its forms. */
export const content: fc.Arbitrary<Said> = fc.oneof(
  { arbitrary: loneText, weight: 2 },
  {
    arbitrary: fc
      .array(parts, { maxLength: 4 })
      .map(together)
      .map(said => as(said, said.json.flat())),
    weight: 6,
  },
  fc.constantFrom<Said>(
    { ...silent, json: null },
    { ...silent, json: undefined },
    { ...silent, json: [] },
    { ...silent, json: '' },
  ),
);
