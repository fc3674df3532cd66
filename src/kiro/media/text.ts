/** The text in bytes; undefined when they hold none. A byte order mark decides, then `charset`, then UTF-8. */
export function readText(bytes: Uint8Array, charset: string | undefined): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const text = decode(bytes, charset) ?? decode(bytes, 'utf-8');
  return text?.includes('\0') ? undefined : text;
}

function decode(bytes: Uint8Array, charset: string | undefined): string | undefined {
  if (charset === undefined) return undefined;
  try {
    return new TextDecoder(charset as 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
