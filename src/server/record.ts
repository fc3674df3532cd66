import type { Usage } from '../core/chat.ts';
import type { ErrorKind } from '../core/errors.ts';

/** One request, told when it is over. */
export interface RequestRecord {
  readonly id: string;
  readonly method: string;
  /** Without query and without `/v1`. */
  readonly path: string;
  /** The endpoint's own path; none when there is no such endpoint. */
  readonly route?: string;
  readonly status: number;
  /** The first product of the user agent. */
  readonly client?: string;
  /** The name of the key that it carried. */
  readonly keyName?: string;
  readonly dialect?: string;
  readonly model?: string;
  readonly stream?: boolean;
  /** Why it failed, also inside a stream whose status was 200. */
  readonly error?: ErrorKind;
  readonly message?: string;
  readonly usage?: Usage;
  /** The service's id of the call. */
  readonly upstreamId?: string;
  /** The trace that the client follows, as the header of this name says it. */
  readonly traceparent?: string;
  /** The client left before the end of its answer. */
  readonly cancelled: boolean;
  /** Milliseconds from the request's arrival. */
  readonly firstByteMs?: number;
  /** The first part of the model's answer, whatever was sent to bridge the silence before. */
  readonly firstTokenMs?: number;
  readonly totalMs: number;
}

/** What is learned about a request on its way. */
export interface Notes {
  route?: string;
  keyName?: string;
  dialect?: string;
  model?: string;
  stream?: boolean;
  error?: ErrorKind;
  message?: string;
  usage?: Usage;
  upstreamId?: string;
  firstByteMs?: number;
  firstTokenMs?: number;
}

/** A client's own word, short and safe to print. */
export function writeShort(text: string): string {
  return text.slice(0, 200).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}

/** The program behind a user agent, short and safe to print. */
export function readClient(userAgent: string | undefined): string | undefined {
  return /^[\w.@+-]+(?:\/[\w.+-]+)?/.exec(userAgent ?? '')?.[0].slice(0, 40);
}
