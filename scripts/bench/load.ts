// Raw-socket HTTP clients that count bytes and times and parse as little as they can.
import type { Socket } from 'bun';

/** How one exchange went; times in milliseconds since the request was written. */
export interface Outcome {
  readonly status: number;
  readonly firstByte: number;
  readonly total: number;
  readonly bytes: number;
  readonly text: string;
}

export interface Connection {
  /** One request on this connection, answered whole. `keep` returns the answer's text. */
  send(request: Uint8Array, keep?: boolean): Promise<Outcome>;
  close(): void;
}

interface Running {
  started: number;
  firstByte: number;
  bytes: number;
  status: number;
  /** Bytes still to come; -1 while unknown or chunked. */
  left: number;
  tail: string;
  parts: Uint8Array[] | undefined;
  resolve(outcome: Outcome): void;
  reject(error: Error): void;
}

/** The bytes of one HTTP request. */
export function writeRequest(path: string, headers: Record<string, string>, body: string): Uint8Array {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

export async function connect(port: number): Promise<Connection> {
  let running: Running | undefined;
  let unsent: Uint8Array | undefined;
  const flush = (socket: Socket): void => {
    if (!unsent) return;
    const written = Math.max(0, socket.write(unsent));
    unsent = written < unsent.length ? unsent.subarray(written) : undefined;
  };
  const finish = (): void => {
    const done = running;
    running = undefined;
    done?.resolve({
      status: done.status,
      firstByte: done.firstByte,
      total: performance.now() - done.started,
      bytes: done.bytes,
      text: done.parts ? Buffer.concat(done.parts).toString() : '',
    });
  };
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data(_socket, bytes) {
        if (running && receive(running, bytes)) finish();
      },
      drain: flush,
      close() {
        running?.reject(new Error('The connection was closed before the answer ended.'));
        running = undefined;
      },
      error(_socket, error) {
        running?.reject(error);
        running = undefined;
      },
    },
  });
  socket.setNoDelay(true);
  return {
    send(request, keep = false) {
      return new Promise((resolve, reject) => {
        running = {
          started: performance.now(),
          firstByte: 0,
          bytes: 0,
          status: 0,
          left: -1,
          tail: '',
          parts: keep ? [] : undefined,
          resolve,
          reject,
        };
        unsent = request;
        flush(socket);
      });
    },
    close: () => socket.terminate(),
  };
}

function receive(running: Running, bytes: Uint8Array): boolean {
  if (running.bytes === 0) {
    running.firstByte = performance.now() - running.started;
    const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1');
    running.status = Number(head.slice(9, 12));
    const length = /content-length: (\d+)/i.exec(head)?.[1];
    if (length !== undefined) running.left = head.indexOf('\r\n\r\n') + 4 + Number(length);
  }
  running.bytes += bytes.length;
  running.parts?.push(bytes.slice());
  if (running.left >= 0) return running.bytes >= running.left;
  const last = Buffer.from(bytes.buffer, bytes.byteOffset + Math.max(0, bytes.length - 7), Math.min(7, bytes.length));
  running.tail = (running.tail + last.toString('latin1')).slice(-7);
  return running.tail === '\r\n0\r\n\r\n';
}
