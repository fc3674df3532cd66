import type { Document } from '../../core/chat.ts';

/** A document as text: the service takes none. */
export function writeDocument({ source, title }: Document): string {
  const name = title === undefined || title === '' ? '' : ` title=${JSON.stringify(title)}`;
  switch (source.kind) {
    case 'text':
      return `<document${name}>\n${source.text}\n</document>`;
    case 'url':
      return `[A document that could not be read${title === undefined ? '' : ` ("${title}")`}: ${source.url}]`;
    case 'base64': {
      if (isText(source.mediaType)) {
        return `<document${name}>\n${Buffer.from(source.data, 'base64').toString('utf8')}\n</document>`;
      }
      const kind = source.mediaType ?? 'of an unknown type';
      return `[A document (${kind}) that could not be read${title === undefined ? '' : `: "${title}"`}]`;
    }
  }
}

/** Whether a media type is one of plain text. */
export function isText(mediaType: string | undefined): boolean {
  return mediaType !== undefined && textType.test(mediaType);
}

const textType =
  /^(text\/|application\/(json|xml|yaml|x-yaml|toml|javascript|typescript|x-sh|sql|csv|x-ndjson|[\w.-]+\+(json|xml))\b)/i;
