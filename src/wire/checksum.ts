import { crc32 } from 'node:zlib';

/**
 * CRC-32 (IEEE) of a part of some bytes; `start` is the checksum of what came before it.
 * A frame has some hundred bytes: there the call into zlib costs more than the tables do.
 */
export function checksum(bytes: Uint8Array, from: number, to: number, start = 0): number {
  if (to - from >= longEnoughForZlib) return crc32(bytes.subarray(from, to), start);
  let sum = ~start;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const low =
      sum ^ byte(bytes, at) ^ (byte(bytes, at + 1) << 8) ^ (byte(bytes, at + 2) << 16) ^ (byte(bytes, at + 3) << 24);
    sum =
      entry(table7, low & 255) ^
      entry(table6, (low >>> 8) & 255) ^
      entry(table5, (low >>> 16) & 255) ^
      entry(table4, low >>> 24) ^
      entry(table3, byte(bytes, at + 4)) ^
      entry(table2, byte(bytes, at + 5)) ^
      entry(table1, byte(bytes, at + 6)) ^
      entry(table0, byte(bytes, at + 7));
  }
  for (; at < to; at += 1) sum = entry(table0, (sum ^ byte(bytes, at)) & 255) ^ (sum >>> 8);
  return ~sum >>> 0;
}

// Every index is in range; `| 0` says so to the compiler at no cost.
const byte = (bytes: Uint8Array, at: number): number => (bytes[at] as number) | 0;
const entry = (table: Int32Array, at: number): number => (table[at] as number) | 0;

const longEnoughForZlib = 256;
const table0 = Int32Array.from({ length: 256 }, (_, value) => {
  let sum = value;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  return sum;
});
/** The table for a byte that one more byte follows. */
const shift = (table: Int32Array): Int32Array => table.map(sum => entry(table0, sum & 255) ^ (sum >>> 8));
const table1 = shift(table0);
const table2 = shift(table1);
const table3 = shift(table2);
const table4 = shift(table3);
const table5 = shift(table4);
const table6 = shift(table5);
const table7 = shift(table6);
