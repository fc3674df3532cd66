import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameError, maxFrameSize } from '../../src/wire/eventstream.ts';
import { decodeFrames, type WholeFrame } from '../support/frames.ts';

const codec = new EventStreamCodec(
  bytes => Buffer.from(bytes).toString(),
  text => Buffer.from(text),
);
const textHeaders = { ':message-type': 'event', ':event-type': 'assistantResponseEvent' };

async function* inChunks(bytes: Uint8Array, cuts: readonly number[]): AsyncIterable<Uint8Array> {
  const places = [0, ...[...cuts].sort((one, other) => one - other), bytes.length];
  for (const [at, place] of places.entries()) {
    if (at > 0) yield new Uint8Array(bytes.subarray(places[at - 1], place));
  }
}
async function read(
  bytes: Uint8Array,
  cuts: readonly number[] = [],
): Promise<{ frames: WholeFrame[]; error: unknown }> {
  const frames: WholeFrame[] = [];
  try {
    for await (const batch of decodeFrames(inChunks(bytes, cuts))) frames.push(...batch);
  } catch (error) {
    return { frames, error };
  }
  return { frames, error: undefined };
}
const plain = (frame: WholeFrame): object => ({ ...frame, payload: Buffer.from(frame.payload).toString('hex') });
const everyByte = (bytes: Uint8Array): number[] => Array.from(bytes, (_, at) => at);
/** A frame with right checksums around any header bytes and any claimed header length. */
function forge(headers: Uint8Array, headersLength = headers.length, total = headers.length + 16): Uint8Array {
  const frame = Buffer.alloc(16 + headers.length);
  frame.writeUInt32BE(total, 0);
  frame.writeUInt32BE(headersLength, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  frame.set(headers, 12);
  frame.writeUInt32BE(crc32(frame.subarray(0, -4)), frame.length - 4);
  return frame;
}

// The reference loses a header of the one name that is no key of a plain object.
const header = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter(name => name !== '__proto__');
const anyFrame = fc.record({
  headers: fc.dictionary(header, fc.string({ maxLength: 20, unit: 'grapheme' }), { maxKeys: 4 }),
  payload: fc.uint8Array({ maxLength: 300 }),
});

describe('frames beside the reference codec', () => {
  it('writes what the reference reads', () => {
    fc.assert(
      fc.property(anyFrame, ({ headers, payload }) => {
        const message = codec.decode(encodeFrame(headers, payload));
        expect(Buffer.from(message.body)).toEqual(Buffer.from(payload));
        expect(Object.entries(message.headers).map(([name, { value }]) => [name, value])).toEqual(
          Object.entries(headers),
        );
      }),
    );
  });

  it('reads what the reference writes, and keeps the strings of every header type', async () => {
    const bytes = codec.encode({
      headers: {
        ':message-type': { type: 'string', value: 'event' },
        yes: { type: 'boolean', value: true },
        no: { type: 'boolean', value: false },
        byte: { type: 'byte', value: -3 },
        short: { type: 'short', value: 300 },
        integer: { type: 'integer', value: 70_000 },
        long: { type: 'long', value: { valueOf: () => 5, bytes: new Uint8Array(8), toString: () => '5' } as never },
        binary: { type: 'binary', value: Uint8Array.of(1, 2, 3) },
        time: { type: 'timestamp', value: new Date(1_700_000_000_000) },
        uuid: { type: 'uuid', value: '00000000-0000-4000-8000-000000000000' },
        ':event-type': { type: 'string', value: 'größe' },
      },
      body: Buffer.from('{"content":"é"}'),
    });
    const { frames, error } = await read(bytes);
    expect(error).toBeUndefined();
    expect(frames).toHaveLength(1);
    expect(frames[0]).toMatchObject({
      kind: 'event',
      name: 'größe',
      headers: { ':message-type': 'event', ':event-type': 'größe' },
    });
    expect(Object.keys(frames[0]?.headers ?? {})).toHaveLength(2);
    expect(Buffer.from(frames[0]?.payload ?? []).toString()).toBe('{"content":"é"}');
  });
});

describe('names of frames', () => {
  it('takes the name from the header that its kind has', async () => {
    const bytes = Buffer.concat([
      encodeFrame({ ':message-type': 'event', ':event-type': 'meteringEvent' }, '{}'),
      encodeFrame({ ':message-type': 'exception', ':exception-type': 'ThrottlingException' }, '{}'),
      encodeFrame({ ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'no' }, ''),
      encodeFrame({}, 'x'),
    ]);
    const { frames } = await read(bytes);
    expect(frames.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'event meteringEvent',
      'exception ThrottlingException',
      'error InternalError',
      'event ',
    ]);
  });
});

describe('frames of one length', () => {
  it('keeps their different headers apart', async () => {
    const names = ['aEvent', 'bEvent', 'bEvent', 'aEvent', 'aEvent', 'bEvent', 'aEvent'];
    const bytes = Buffer.concat(
      names.map((name, at) => encodeFrame({ ':message-type': 'event', ':event-type': name }, `${at}`)),
    );
    const { frames, error } = await read(bytes);
    expect(error).toBeUndefined();
    expect(frames.map(({ name, payload }) => `${name} ${Buffer.from(payload)}`)).toEqual(
      names.map((name, at) => `${name} ${at}`),
    );
  });
});

describe('a stream that the network cuts', () => {
  it('gives the same frames for any cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyFrame, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat()),
        async (written, places) => {
          const bytes = Buffer.concat(written.map(({ headers, payload }) => encodeFrame(headers, payload)));
          const whole = await read(bytes);
          expect(whole.error).toBeUndefined();
          expect(whole.frames.map(({ headers, payload }) => ({ headers, payload: Uint8Array.from(payload) }))).toEqual(
            written,
          );
          const cuts = places.map(place => place % (bytes.length + 1));
          const cut = await read(bytes, cuts);
          expect(cut.error).toBeUndefined();
          expect(cut.frames.map(plain)).toEqual(whole.frames.map(plain));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives the same frames byte by byte', async () => {
    const bytes = Buffer.concat(
      ['a', 'bc', 'a', 'ünïcödé', ''].map(text => encodeFrame(textHeaders, JSON.stringify({ content: text }))),
    );
    const bytewise = await read(bytes, everyByte(bytes));
    expect(bytewise).toEqual(await read(bytes));
    expect(bytewise.frames).toHaveLength(5);
  });

  it('gives one batch for each chunk that completes a frame', async () => {
    const one = encodeFrame(textHeaders, '{"content":"a"}');
    const bytes = Buffer.concat([one, one, one]);
    const sizes: number[] = [];
    for await (const batch of decodeFrames(inChunks(bytes, [10, one.length + 5]))) sizes.push(batch.length);
    expect(sizes).toEqual([1, 2]);
  });

  // Copying what came before for each chunk would take minutes, and run into the limit of a test.
  it('reads a frame of the greatest size from small chunks in linear time', async () => {
    const bytes = encodeFrame({}, Buffer.alloc(maxFrameSize - 16, 7));
    const cuts = Array.from({ length: bytes.length / 256 }, (_, at) => at * 256);
    const { frames, error } = await read(bytes, cuts);
    expect(error).toBeUndefined();
    expect(frames[0]?.payload.length).toBe(maxFrameSize - 16);
  });
});

describe('a damaged stream', () => {
  const first = encodeFrame(textHeaders, '{"content":"first"}');
  const second = encodeFrame({ ...textHeaders, ':content-type': 'application/json' }, '{"content":"second"}');
  const third = encodeFrame({ ...textHeaders, ':content-type': 'application/json' }, '{"content":"third!"}');
  const frames = [first, second, third, second, third];
  const bytes = Buffer.concat(frames);
  const ends = [0, ...frames.map((_, at) => Buffer.concat(frames.slice(0, at + 1)).length)];

  it('is noticed for every flipped bit, after the frames before it', async () => {
    for (let at = 0; at < bytes.length; at += 1) {
      for (const bit of [1, 128]) {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ bit;
        const { frames, error } = await read(damaged);
        expect(error).toBeInstanceOf(FrameError);
        expect(frames).toHaveLength(ends.filter(end => end <= at).length - 1);
      }
    }
  });

  it.each([0, 1, 0xffff_ffff])(
    'is noticed in a length whose checksum is %i, also after frames of the same headers',
    async sum => {
      const damaged = Buffer.from(
        encodeFrame({ ...textHeaders, ':content-type': 'application/json' }, '{"content":"x"}'),
      );
      damaged.writeUInt32BE(sum, 8);
      damaged.writeUInt32BE(crc32(damaged.subarray(0, -4)), damaged.length - 4);
      const { frames, error } = await read(Buffer.concat([first, second, third, damaged]));
      expect(String(error)).toContain('The checksum of the length of a frame is wrong');
      expect(frames).toHaveLength(3);
    },
  );

  it('gives the same frames before the damage for any cut', async () => {
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 16;
      const bytewise = await read(damaged, everyByte(damaged));
      const whole = await read(damaged);
      expect(bytewise.error).toBeInstanceOf(FrameError);
      expect(bytewise.frames.map(plain)).toEqual(whole.frames.map(plain));
    }
  });

  it('is noticed for every end that is not the end of a frame', async () => {
    for (let end = 0; end < bytes.length; end += 1) {
      const { frames, error } = await read(bytes.subarray(0, end));
      if (ends.includes(end)) expect(error).toBeUndefined();
      else expect(error).toBeInstanceOf(FrameError);
      expect(frames).toHaveLength(ends.filter(place => place <= end).length - 1);
    }
  });

  it('is noticed at the length, before the claimed bytes are waited for', async () => {
    const tooLong = forge(new Uint8Array(0), 0, maxFrameSize + 1).subarray(0, 12);
    const { error } = await read(tooLong);
    expect(error).toBeInstanceOf(FrameError);
    expect(String(error)).toContain('longer than allowed');
  });

  it.each([
    ['a total without room for a frame', forge(new Uint8Array(0), 0, 15)],
    ['headers longer than the frame', forge(new Uint8Array(8), 9)],
    ['a header name that is cut off', forge(Uint8Array.of(5, 97))],
    ['a header without a type', forge(Uint8Array.of(1, 97))],
    ['a header value that is cut off', forge(Uint8Array.of(1, 97, 7, 0, 9, 97))],
    ['a header length that is cut off', forge(Uint8Array.of(1, 97, 7, 0))],
    ['a header of an unknown type', forge(Uint8Array.of(1, 97, 10))],
    ['text', Buffer.from('<html><body>502 Bad Gateway</body></html>')],
  ])('refuses %s', async (_, forged) => {
    const { frames, error } = await read(forged);
    expect(error).toBeInstanceOf(FrameError);
    expect(frames).toEqual([]);
  });

  it('never takes any bytes for a frame by accident', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async noise => {
        const { frames, error } = await read(noise);
        expect(frames).toEqual([]);
        expect(error).toBeInstanceOf(FrameError);
      }),
    );
  });
});

describe('writing frames', () => {
  it('refuses headers and payloads that no frame can hold', () => {
    expect(() => encodeFrame({ ['x'.repeat(256)]: '' }, '')).toThrow(FrameError);
    expect(() => encodeFrame({ x: 'x'.repeat(65_536) }, '')).toThrow(FrameError);
    expect(() => encodeFrame({}, Buffer.alloc(maxFrameSize))).toThrow(FrameError);
  });
});
