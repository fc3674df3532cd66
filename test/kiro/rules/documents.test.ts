import { describe, expect, it } from 'vitest';
import { isText, writeDocument } from '../../../src/kiro/rules/documents.ts';

const base64 = (data: string, mediaType?: string) => ({
  type: 'document' as const,
  source: {
    kind: 'base64' as const,
    data: Buffer.from(data).toString('base64'),
    ...(mediaType === undefined ? {} : { mediaType }),
  },
});

describe('a document', () => {
  it('is told as text between marks, with its title', () => {
    const source = { kind: 'text' as const, text: 'words' };
    expect(writeDocument({ type: 'document', source })).toBe('<document>\nwords\n</document>');
    expect(writeDocument({ type: 'document', source, title: '' })).toBe('<document>\nwords\n</document>');
    expect(writeDocument({ type: 'document', source, title: 'a "b"' })).toBe(
      '<document title="a \\"b\\"">\nwords\n</document>',
    );
    expect(writeDocument(base64('größe', 'text/markdown; charset=utf-8'))).toBe('<document>\ngröße\n</document>');
  });

  it('that nobody could read is named', () => {
    const url = { kind: 'url' as const, url: 'https://example.com/a.pdf' };
    expect(writeDocument({ type: 'document', source: url, title: 'A' })).toBe(
      '[A document that could not be read ("A"): https://example.com/a.pdf]',
    );
    expect(writeDocument({ type: 'document', source: url })).toBe(
      '[A document that could not be read: https://example.com/a.pdf]',
    );
    expect(writeDocument({ ...base64('%PDF', 'application/pdf'), title: 'A' })).toBe(
      '[A document (application/pdf) that could not be read: "A"]',
    );
    expect(writeDocument(base64('?'))).toBe('[A document (of an unknown type) that could not be read]');
  });

  it('is text by its media type', () => {
    for (const type of ['text/plain', 'TEXT/CSV', 'application/json', 'application/ld+json', 'application/x-yaml']) {
      expect(isText(type)).toBe(true);
    }
    for (const type of ['application/pdf', 'application/jsonx', 'image/svg', undefined])
      expect(isText(type)).toBe(false);
  });
});
