import type { RequestRecord } from './record.ts';

/** Sees one exchange with a client as it passes: what came in, what goes out, and how it ended. */
export interface Witness {
  /** Runs the work of the exchange, so that what it causes can be told apart from that of others. */
  run<T>(work: () => T): T;
  /** The request's body, unpacked. */
  request(body: Uint8Array): void;
  /** A piece of the answer's body. */
  response(text: string): void;
  /** The exchange is over. */
  end(record: RequestRecord): void;
}
