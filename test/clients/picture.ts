import { crc32, deflateSync } from 'node:zlib';

const side = 32;
const red = [220, 20, 30];

/** A red square, as a PNG that every decoder reads. */
export const picture: Uint8Array = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  chunk('IHDR', Buffer.from([0, 0, 0, side, 0, 0, 0, side, 8, 2, 0, 0, 0])),
  chunk(
    'IDAT',
    deflateSync(Buffer.from(Array.from({ length: side }, () => [0, ...Array(side).fill(red).flat()]).flat())),
  ),
  chunk('IEND', Buffer.alloc(0)),
]);

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
