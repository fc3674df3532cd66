import fc from 'fast-check';

// What fast-check has for both is the same, but spends a second on a table of all characters in every worker.

/** Any character but half ones. */
export const anyCharacter = fc
  .integer({ min: 0, max: 0x10ffff - 0x800 })
  .map(place => String.fromCodePoint(place < 0xd800 ? place : place + 0x800));

/** The address of some page. */
export const webAddress = fc
  .tuple(fc.domain(), fc.string({ unit: anyCharacter, maxLength: 8 }))
  .map(([host, path]) => `https://${host}/${encodeURIComponent(path)}`);
