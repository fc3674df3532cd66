import fc from 'fast-check';

/** Any character but half ones. The unit 'binary' is the same, but each worker would spend a second on making it. */
export const anyCharacter = fc
  .integer({ min: 0, max: 0x10ffff - 0x800 })
  .map(place => String.fromCodePoint(place < 0xd800 ? place : place + 0x800));
