import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checksum, viewOf } from '../../src/wire/checksum.ts';

it('agrees with zlib on any part of any bytes, from any start', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 600 }),
      fc.nat(),
      fc.nat(),
      fc.nat(0xffff_ffff),
      (bytes, one, other, start) => {
        const [from = 0, to = 0] = [one % (bytes.length + 1), other % (bytes.length + 1)].sort((a, b) => a - b);
        expect(checksum(viewOf(bytes), from, to, start)).toBe(crc32(bytes.subarray(from, to), start));
      },
    ),
    { numRuns: 500 },
  );
});
