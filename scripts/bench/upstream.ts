// A load-capable stand-in for the service: raw sockets, answers encoded once. Steered over IPC by the bench.
import type { Socket } from 'bun';
import { encodeFrame } from '../../src/wire/eventstream.ts';

/** What the next inference calls are answered with. */
export interface Mode {
  readonly events: number;
  /** Milliseconds between two events; 0 writes all at once. */
  readonly pace: number;
  /** Milliseconds before the first byte. */
  readonly delay: number;
  /** A refusal instead of a stream. */
  readonly refusal?: { readonly status: number; readonly body: string };
}

export type UpstreamReport =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'ready' }
  /** One inference request has arrived whole, or its connection was closed before its answer ended; ms since 1970. */
  | { readonly type: 'arrived' | 'left' | 'refused'; readonly at: number };

interface State {
  buffered: Uint8Array[];
  size: number;
  /** Bytes that the running request has in all; 0 while its head is incomplete. */
  wanted: number;
  head: string;
  timer: Timer | undefined;
  answering: boolean;
  pending: Uint8Array | undefined;
}

const text = new TextEncoder();
const models = JSON.stringify({
  models: [
    {
      modelId: 'claude-sonnet-4.5',
      modelName: 'Claude Sonnet 4.5',
      tokenLimits: { maxInputTokens: 200_000, maxOutputTokens: 64_000 },
      supportedInputTypes: ['TEXT', 'IMAGE'],
    },
  ],
});
let mode: Mode = { events: 400, pace: 0, delay: 0 };
let stream = encodeStream(mode);

const server = Bun.listen<State>({
  hostname: '127.0.0.1',
  port: 0,
  socket: {
    open(socket) {
      socket.data = {
        buffered: [],
        size: 0,
        wanted: 0,
        head: '',
        timer: undefined,
        answering: false,
        pending: undefined,
      };
      socket.setNoDelay(true);
    },
    data: (socket, bytes) => read(socket, bytes),
    drain: socket => flush(socket),
    close(socket) {
      clearTimeout(socket.data.timer);
      if (socket.data.answering) report({ type: 'left', at: now() });
    },
    error() {},
  },
});
process.on('message', (message: Mode) => {
  mode = message;
  stream = encodeStream(mode);
  report({ type: 'ready' });
});
// The bench is gone, however it ended.
process.on('disconnect', () => process.exit(0));
report({ type: 'listening', port: server.port });

function read(socket: Socket<State>, bytes: Uint8Array): void {
  const state = socket.data;
  state.buffered.push(bytes.slice());
  state.size += bytes.length;
  if (state.wanted === 0) {
    const head = Buffer.concat(state.buffered);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    state.head = head.subarray(0, end).toString('latin1');
    state.wanted = end + 4 + Number(/content-length: (\d+)/i.exec(state.head)?.[1] ?? 0);
  }
  if (state.size < state.wanted) return;
  state.buffered = [];
  state.size = 0;
  state.wanted = 0;
  answer(socket);
}

function answer(socket: Socket<State>): void {
  const { head } = socket.data;
  if (!/generateAssistantResponse/i.test(head)) {
    if (/ListAvailableModels/.test(head)) reply(socket, 200, models);
    else reply(socket, 404, '{}');
    return;
  }
  report({ type: 'arrived', at: now() });
  if (mode.refusal) {
    report({ type: 'refused', at: now() });
    reply(socket, mode.refusal.status, mode.refusal.body);
    return;
  }
  socket.data.answering = true;
  if (mode.delay > 0) socket.data.timer = setTimeout(() => begin(socket), mode.delay);
  else begin(socket);
}

function begin(socket: Socket<State>): void {
  if (mode.pace === 0) {
    socket.data.answering = false;
    write(socket, stream.whole);
    return;
  }
  write(socket, stream.head);
  step(socket, 0);
}

function step(socket: Socket<State>, index: number): void {
  const chunk = stream.chunks[index];
  if (chunk === undefined) {
    socket.data.answering = false;
    write(socket, stream.end);
    return;
  }
  write(socket, chunk);
  socket.data.timer = setTimeout(() => step(socket, index + 1), mode.pace);
}

function write(socket: Socket<State>, bytes: Uint8Array): void {
  const { pending } = socket.data;
  if (pending) {
    socket.data.pending = Buffer.concat([pending, bytes]);
    return;
  }
  const written = Math.max(0, socket.write(bytes));
  if (written < bytes.length) socket.data.pending = bytes.subarray(written);
}

function flush(socket: Socket<State>): void {
  const { pending } = socket.data;
  if (!pending) return;
  socket.data.pending = undefined;
  write(socket, pending);
}

function reply(socket: Socket<State>, status: number, body: string): void {
  write(
    socket,
    text.encode(
      `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    ),
  );
}

function encodeStream({ events }: Mode): {
  head: Uint8Array;
  chunks: Uint8Array[];
  end: Uint8Array;
  whole: Uint8Array;
} {
  const frame = (name: string, payload: unknown): Uint8Array =>
    encodeFrame(
      { ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' },
      JSON.stringify(payload),
    );
  const frames: Uint8Array[] = [];
  for (let index = 0; index < events; index++) {
    frames.push(frame('assistantResponseEvent', { content: `word${index} `, modelId: 'claude-sonnet-4.5' }));
  }
  frames.push(
    Buffer.concat([
      frame('metadataEvent', { stopReason: 'END_TURN' }),
      frame('contextUsageEvent', { contextUsagePercentage: 7.13 }),
      frame('meteringEvent', { unit: 'credit', unitPlural: 'credits', usage: 0.0169 }),
    ]),
  );
  const chunked = (bytes: Uint8Array): Uint8Array =>
    Buffer.concat([text.encode(`${bytes.length.toString(16)}\r\n`), bytes, text.encode('\r\n')]);
  const head = text.encode(
    'HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\nx-amzn-requestid: bench\r\ntransfer-encoding: chunked\r\n\r\n',
  );
  const chunks = frames.map(chunked);
  const end = text.encode('0\r\n\r\n');
  return { head, chunks, end, whole: Buffer.concat([head, chunked(Buffer.concat(frames)), end]) };
}

function report(message: UpstreamReport): void {
  process.send?.(message);
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
