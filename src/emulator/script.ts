/** What an inference call is answered: an HTTP refusal, a stream, or only the steps of a stream. */
export type ScriptedAnswer = HttpAnswer | StreamAnswer | readonly Step[];

/** A plain HTTP answer. `body` is sent as JSON, a string as it is. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Milliseconds before anything is sent. */
  readonly delay?: number;
}

/** An event stream. */
export interface StreamAnswer {
  readonly steps: readonly Step[];
  /** The healthy ending (metadata, context usage, metering); `false` for none, or parts of it. */
  readonly ending?: false | Ending;
  /** How bytes are written: all between two pauses at once (default), by frame, by byte, or by so many bytes. */
  readonly write?: 'whole' | 'frame' | 'byte' | number;
  /** Milliseconds before the headers. */
  readonly delay?: number;
  /** Milliseconds between frames. */
  readonly pace?: number;
  /** Further response headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Flips one bit of the byte at this position of the stream; negative counts from the end. */
  readonly corrupt?: number;
  /** Ends the response regularly after so many bytes; negative counts from the end. */
  readonly truncate?: number;
  /** Milliseconds for which the connection stays open after the last byte. */
  readonly linger?: number;
}

/** The last three events. What is left out has a usual value; `false` leaves the event out. */
export interface Ending {
  readonly stopReason?: string | false;
  readonly tokenUsage?: Readonly<Record<string, number>>;
  readonly contextUsagePercentage?: number | false;
  readonly usage?: number | false;
}

/** One step of a stream. A string is text. */
export type Step =
  | string
  | { readonly text: string }
  /** One frame of text for each chunk. */
  | { readonly chunks: readonly string[] }
  /** One frame for each chunk, and one with the signature after them. */
  | { readonly reasoning: string | readonly string[]; readonly signature?: string }
  | { readonly redacted: string }
  | ToolStep
  /** The frames of several calls, in turn. */
  | { readonly interleaved: readonly ToolStep[] }
  | { readonly code: string }
  /** Any event; a string payload is sent as it is. */
  | { readonly event: string; readonly payload: unknown }
  | { readonly exception: string; readonly payload: unknown }
  | { readonly error: string; readonly message: string }
  | { readonly pause: number }
  /** Nothing more, and the connection stays open until the client leaves. */
  | { readonly hang: true }
  /** The socket is destroyed. */
  | { readonly cut: true }
  /** The response ends regularly here, without what follows and without the ending. */
  | { readonly end: true }
  /** Bytes that are no frame. */
  | { readonly garbage: string | Uint8Array };

/** One tool call. */
export interface ToolStep {
  readonly tool: string;
  /** One is made when it is left out. */
  readonly id?: string;
  /** An object is written as JSON; a string as it is, whole or not. */
  readonly input?: object | string;
  /** The number of fragments the input is cut into (default 2), or the fragments themselves. */
  readonly fragments?: number | readonly string[];
  /** Sends the input once, as an object. */
  readonly asObject?: true;
  /** False: the call never gets its `stop`. */
  readonly stop?: false;
  /** After the call, an empty second one with the same id. */
  readonly phantom?: true;
}
