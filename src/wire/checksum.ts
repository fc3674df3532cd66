/**
 * CRC-32 (IEEE) of a part of some bytes; `start` is the checksum of what came before it.
 * The runtime's own brings a library along that takes 3 MB and 2 ms at the start, and is slower for short parts.
 */
export function checksum(bytes: DataView, from: number, to: number, start = 0): number {
  let sum = ~start;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const low = sum ^ bytes.getInt32(at, true);
    const high = bytes.getInt32(at + 4, true);
    sum =
      entry(table7, low & 255) ^
      entry(table6, (low >>> 8) & 255) ^
      entry(table5, (low >>> 16) & 255) ^
      entry(table4, low >>> 24) ^
      entry(table3, high & 255) ^
      entry(table2, (high >>> 8) & 255) ^
      entry(table1, (high >>> 16) & 255) ^
      entry(table0, high >>> 24);
  }
  for (; at < to; at += 1) sum = entry(table0, (sum ^ bytes.getUint8(at)) & 255) ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** Bytes as numbers are read from them: four at a time cost as much as one. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

// Every index is in range; `| 0` says so to the compiler at no cost.
const entry = (table: Int32Array, at: number): number => (table[at] as number) | 0;

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
