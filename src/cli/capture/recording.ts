import type { Outcome } from '../../kiro/media/media.ts';
import type { RequestRecord } from '../../server/record.ts';

/** One exchange with a client and all that it caused. */
export interface Recording {
  readonly begun: number;
  readonly id: string;
  readonly method: string;
  /** As the client wrote it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly request: Pieces;
  readonly response: Pieces;
  readonly upstream: UpstreamRecording[];
  /** What became of images and documents that had to be fetched or converted, by their keys. */
  readonly media: Map<string, Outcome>;
  record?: RequestRecord;
  /** Of the answer to the client. */
  answerHeaders?: Readonly<Record<string, string>>;
}

/** One call of the service. */
export interface UpstreamRecording {
  readonly operation: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds from the beginning of the exchange. */
  readonly sentMs: number;
  answeredMs?: number;
  endedMs?: number;
  status?: number;
  answerHeaders?: Readonly<Record<string, string>>;
  error?: string;
  readonly response: Pieces;
}

/** Bytes as they come, up to a limit. */
export interface Pieces {
  add(piece: Uint8Array | string): void;
  bytes(): Uint8Array;
  /** Bytes that came and were not kept. */
  readonly lost: number;
}

export function createPieces(most = 16 * 1024 * 1024): Pieces {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let lost = 0;
  return {
    add(piece) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : Uint8Array.from(piece);
      if (size + bytes.length > most) {
        lost += bytes.length;
        return;
      }
      size += bytes.length;
      pieces.push(bytes);
    },
    bytes: () => Buffer.concat(pieces),
    get lost() {
      return lost;
    },
  };
}
