/** Pages of a PDF that are read. */
export const maxPdfPages = 100;
/** Characters of one document. */
export const maxDocumentText = 400_000;

/** The text of a PDF, page by page; throws when it cannot be read. */
export async function readPdf(bytes: Uint8Array): Promise<string> {
  // Large, and needed by few: loaded when the first one comes.
  const { getDocumentProxy } = await import('unpdf');
  // A copy, because the reader keeps what it is given.
  const pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0, isEvalSupported: false });
  try {
    const pages: string[] = [];
    let length = 0;
    for (let number = 1; number <= Math.min(pdf.numPages, maxPdfPages); number += 1) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      const text = joinItems(items).trim();
      page.cleanup();
      length += text.length;
      if (text !== '') pages.push(`[Page ${number}]\n${text}`);
      if (length > maxDocumentText) break;
    }
    if (pages.length === 0) return `[The PDF has ${pdf.numPages} pages and no text in them.]`;
    return limitText(pages.join('\n\n')) + (pdf.numPages > maxPdfPages ? left(pdf.numPages) : '');
  } finally {
    await pdf.destroy();
  }
}

/** A document's text, cut where it is too long, which it then says. */
export function limitText(text: string): string {
  if (text.length <= maxDocumentText) return text;
  const kept = text.slice(0, maxDocumentText);
  return `${kept}\n[The rest of the document was left out: ${text.length - kept.length} characters or more.]`;
}

function joinItems(items: readonly object[]): string {
  return items.map(item => textOf(item) + ('hasEOL' in item && item.hasEOL === true ? '\n' : '')).join('');
}

function textOf(item: object): string {
  return 'str' in item && typeof item.str === 'string' ? item.str : '';
}

function left(pages: number): string {
  return `\n\n[Only the first ${maxPdfPages} of ${pages} pages were read.]`;
}
