import type { ChatEvents, ChatRequest, ChatResult } from '../core/chat.ts';
import type { ChatError } from '../core/errors.ts';

/** A client's request, read. A dialect may extend it with what its own answers need. */
export interface Call {
  readonly chat: ChatRequest;
  readonly stream: boolean;
  /** Parameters that were accepted and have no effect, by the client's own names. */
  readonly ignored: readonly string[];
  /** What the client calls parameters that others may find without effect, by their core names. */
  readonly names?: Readonly<Record<string, string>>;
}

/** A request header by its lower-case name. */
export type Header = (name: string) => string | undefined;

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** One client API: requests are read out of it, answers are written into it. It holds no state. */
export interface Dialect<C extends Call = Call> {
  readonly name: 'anthropic' | 'openai-chat' | 'openai-completions' | 'openai-responses';
  /** Throws `ChatError` of kind `invalid` or `unsupported`, with `param`. */
  parse(body: unknown, header: Header): C;
  /**
   * The answer as server-sent events, a text for each batch. A failure inside `events`, also one before its first event,
   * is written in the API's own in-stream form and ends the stream; it is not thrown.
   */
  stream(events: ChatEvents, call: C): AsyncIterable<string>;
  whole(result: ChatResult, call: C): unknown;
  /** Before the first byte. `requestId` is the gateway's own. */
  error(error: ChatError, requestId: string): ErrorAnswer;
  /** What is written into a silence, as whole SSE text; `started` says whether an event went out before. */
  heartbeat(started: boolean): string;
}
