/** Everything that can go wrong between a client and the vendor. The list is closed: every edge maps all of it. */
export type ErrorKind =
  /** The client's request is wrong; `param` names the field. */
  | 'invalid'
  /** The conversation does not fit the model. */
  | 'overflow'
  | 'unknown-model'
  /** The request asks for something the gateway does not do. */
  | 'unsupported'
  /** The gateway's own key is missing or wrong. */
  | 'key'
  /** The Kiro sign-in is missing, expired or refused. */
  | 'login'
  /** The gateway or the service does not allow it. */
  | 'forbidden'
  /** The account is suspended. */
  | 'suspended'
  /** No such path or object. */
  | 'not-found'
  | 'method'
  | 'too-large'
  /** Credits or a monthly allowance are used up. */
  | 'quota'
  /** Too many requests; `retryAfter` says when to come back. */
  | 'rate'
  /** The service has no capacity for now. */
  | 'overloaded'
  /** The service failed or answered nonsense. */
  | 'upstream'
  /** The service cannot be reached. */
  | 'network'
  | 'timeout'
  /** The client left. */
  | 'cancelled'
  /** The gateway itself failed. */
  | 'internal';

export interface ErrorDetails {
  /** The field of the client's request, as a path such as `messages[3].content[0].text`. */
  readonly param?: string;
  /** A stable word for programs, such as the service's own reason. */
  readonly code?: string;
  /** Seconds. */
  readonly retryAfter?: number;
  /** The service's id of the refused call. */
  readonly upstreamId?: string;
  /** Further members for the client, as an API defines them. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** For `overflow`: tokens asked for and allowed. */
  readonly tokens?: { readonly used: number; readonly maximum: number };
  /** A file of this machine that it is about: for the terminal and the log, never for a client. */
  readonly file?: string;
  readonly cause?: unknown;
}

/** The one error that crosses layers. Its message is for the user: it never holds a secret, a path or a stack. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly kind: ErrorKind;
  readonly param: string | undefined;
  readonly code: string | undefined;
  readonly retryAfter: number | undefined;
  readonly upstreamId: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly tokens: { readonly used: number; readonly maximum: number } | undefined;
  readonly file: string | undefined;

  constructor(kind: ErrorKind, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.param = details.param;
    this.code = details.code;
    this.retryAfter = details.retryAfter;
    this.upstreamId = details.upstreamId;
    this.details = details.details;
    this.tokens = details.tokens;
    this.file = details.file;
  }
}

/** Any thrown thing as a `ChatError`; what nobody foresaw becomes `internal` without its text. */
export function toChatError(thrown: unknown): ChatError {
  if (thrown instanceof ChatError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new ChatError('cancelled', 'The request was cancelled.', { cause: thrown });
  }
  return new ChatError('internal', 'The gateway failed on this request. Its log has the details.', { cause: thrown });
}
