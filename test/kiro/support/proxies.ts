import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface TestProxy {
  readonly port: number;
  /** What it was asked to connect to, and by whom. */
  readonly asked: readonly { readonly host: string; readonly by: string }[];
}

/** Listens until the test ends. */
export async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

/** A proxy for tunnels and for plain requests; it takes every host for this machine. */
export async function startHttpProxy(password?: string): Promise<TestProxy> {
  const asked: { host: string; by: string }[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '');
    asked.push({ host: url.host, by: request.headers['proxy-authorization'] ?? '' });
    response.end(`by proxy: ${url.pathname}`);
  });
  server.on('connect', (request, socket: Socket) => {
    const by = request.headers['proxy-authorization'] ?? '';
    asked.push({ host: request.url ?? '', by });
    if (password !== undefined && by !== `Basic ${Buffer.from(password).toString('base64')}`) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const target = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket);
      socket.pipe(target);
    });
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
  });
  return { port: await listen(server), asked };
}

/** A SOCKS5 proxy; it takes every host for this machine. */
export async function startSocksProxy(password?: string): Promise<TestProxy> {
  const asked: { host: string; by: string }[] = [];
  const server = createTcpServer(socket => {
    void serveSocks(socket, password, asked).catch(() => socket.destroy());
  });
  return { port: await listen(server), asked };
}

async function serveSocks(
  socket: Socket,
  password: string | undefined,
  asked: { host: string; by: string }[],
): Promise<void> {
  const read = async (): Promise<Buffer> => ((await once(socket, 'data')) as [Buffer])[0];
  await read();
  socket.write(Buffer.from([5, password === undefined ? 0 : 2]));
  let by = '';
  if (password !== undefined) {
    const sent = await read();
    const userLength = sent[1] ?? 0;
    by = `${sent.toString('utf8', 2, 2 + userLength)}:${sent.toString('utf8', 3 + userLength)}`;
    socket.write(Buffer.from([1, by === password ? 0 : 1]));
    if (by !== password) {
      socket.end();
      return;
    }
  }
  const request = await read();
  const isName = request[3] === 3;
  const end = isName ? 5 + (request[4] ?? 0) : 8;
  const host = isName ? request.toString('utf8', 5, end) : [...request.subarray(4, 8)].join('.');
  const port = request.readUInt16BE(end);
  asked.push({ host: `${host}:${port}`, by });
  const target = connect(port, '127.0.0.1', () => {
    socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
    target.pipe(socket);
    socket.pipe(target);
  });
  target.on('error', () => socket.destroy());
}
