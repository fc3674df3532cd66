import type { Exchange } from './exchange.ts';

/** Sends a whole answer as JSON. */
export function sendJson(
  exchange: Exchange,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(exchange, status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
}

/** Sends a whole answer. */
export function send(
  exchange: Exchange,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const { response } = exchange;
  if (response.destroyed) return;
  exchange.notes.firstByteMs = exchange.elapsed();
  exchange.complete();
  const length = status === 204 ? {} : { 'content-length': String(Buffer.byteLength(text)) };
  response.writeHead(status, { 'cache-control': 'no-store', ...exchange.headers, ...headers, ...length });
  response.end(text);
  exchange.witness?.response(text);
}

/** A text as a header can carry it. */
export function writeHeader(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 1000);
}
