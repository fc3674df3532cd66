import { ChatError, toChatError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { lateBody } from './body.ts';
import type { Exchange } from './exchange.ts';
import { sendJson, writeHeader } from './send.ts';

/** What went wrong, as the client may know it; what only the log may know is logged here. */
export function noteFailure(exchange: Exchange, thrown: unknown, log: Log): ChatError {
  const error = exchange.signal.aborted ? toChatError(exchange.signal.reason) : readFailure(thrown);
  if (error.kind !== 'cancelled') {
    exchange.notes.error = error.kind;
    exchange.notes.message = error.message;
  }
  if (error.upstreamId !== undefined) exchange.notes.upstreamId = error.upstreamId;
  if (error.kind === 'internal') log.error(error.message, { requestId: exchange.id, cause: error.cause });
  return error;
}

/** Answers with an error in the API's own form. After the first byte of an answer only the connection can tell. */
export function sendError(exchange: Exchange, thrown: unknown, log: Log): void {
  const error = noteFailure(exchange, thrown, log);
  if (exchange.response.headersSent || exchange.response.destroyed) {
    exchange.response.destroy();
    return;
  }
  const { status, headers, body } = exchange.dialect.error(error, exchange.id);
  const ways = error.kind === 'key' ? { 'www-authenticate': 'Bearer' } : {};
  const upstream = error.upstreamId === undefined ? {} : { 'x-kiro-request-id': writeHeader(error.upstreamId) };
  sendJson(exchange, statuses[error.code ?? ''] ?? status, body, { ...ways, ...upstream, ...headers });
  if (!exchange.request.complete) discard(exchange);
}

function readFailure(thrown: unknown): ChatError {
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message)) {
    return new ChatError('invalid', 'The request is nested too deeply.', { cause: thrown });
  }
  const error = toChatError(thrown);
  if (error.kind !== 'cancelled') return error;
  // Nobody here cancelled anything, so the other side did.
  return new ChatError('upstream', 'The service broke the answer off. Try again.', { cause: error });
}

// A client that is still sending would not read the error if the connection broke under it, so it may go on for a bit.
function discard({ request }: Exchange): void {
  const timer = setTimeout(() => request.socket.destroy(), patience);
  let left = mostDiscarded;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.socket.destroy();
  });
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => clearTimeout(timer));
  request.resume();
}

/** For errors that no kind stands for. */
const statuses: Readonly<Record<string, number>> = { [lateBody]: 408, not_implemented: 501, websocket: 426 };
const patience = 10_000;
const mostDiscarded = 256 * 1024 * 1024;
