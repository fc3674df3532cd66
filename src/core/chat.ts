// The conversation in nobody's dialect: what a client asks and what it is answered.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A whole conversation and what is wanted next. */
export interface ChatRequest {
  /** The model as the client named it; answers echo it. */
  readonly model: string;
  /** In the client's order; system messages keep their place. May hold neighbours of one role. */
  readonly messages: readonly Message[];
  /** Where each message stands in the client's own request, such as `messages[3]`, for error messages. */
  readonly paths?: readonly string[];
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice;
  /** False: at most one tool call an answer. */
  readonly parallelTools: boolean;
  readonly thinking?: Thinking;
  /** As the client said it, lower case: none, minimal, low, medium, high, xhigh, max. */
  readonly effort?: string;
  readonly maxTokens?: number;
  /** Stop sequences; empty when none. */
  readonly stop: readonly string[];
  readonly format?: Format;
  /** Web search that the gateway does for the model. */
  readonly search?: SearchOptions;
  /** What the client offers as a stable name of this conversation. */
  readonly session?: string;
  /** Who asks, as far as the gateway can tell clients apart. */
  readonly client?: string;
}

export type Role = 'system' | 'user' | 'assistant';

export interface Message {
  readonly role: Role;
  readonly content: readonly Block[];
}

export type Block = Text | Reasoning | Image | Document | ToolCall | ToolResult | Search;

export interface Text {
  readonly type: 'text';
  readonly text: string;
  readonly citations?: readonly Citation[];
}

export interface Citation {
  readonly url: string;
  readonly title: string;
  readonly quote?: string;
}

/** What the model thought. `signature` and `redacted` are opaque and go back unchanged. */
export interface Reasoning {
  readonly type: 'reasoning';
  readonly text: string;
  readonly signature?: string;
  /** Encrypted thought (base64); `text` is then empty. */
  readonly redacted?: string;
}

export type Source =
  | { readonly kind: 'base64'; readonly data: string; readonly mediaType?: string }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'text'; readonly text: string };

export interface Image {
  readonly type: 'image';
  readonly source: Source;
}

export interface Document {
  readonly type: 'document';
  readonly source: Source;
  readonly title?: string;
}

export interface ToolCall {
  readonly type: 'tool-call';
  readonly id: string;
  readonly name: string;
  readonly input: JsonObject;
  /** The arguments as they were written, where the writer's own text is to be kept. */
  readonly json?: string;
}

export interface ToolResult {
  readonly type: 'tool-result';
  /** The id of the call that it answers. */
  readonly id: string;
  readonly content: readonly (Text | Image | Document | ToolReference)[];
  readonly isError: boolean;
}

/** The name of a deferred tool that a client-side tool search found. */
export interface ToolReference {
  readonly type: 'tool-reference';
  readonly name: string;
}

/** One web search that the gateway did. */
export interface Search {
  readonly type: 'search';
  readonly id: string;
  readonly query: string;
  readonly results: readonly SearchResult[];
  /** Why there are no results, when the search failed. */
  readonly error?: string;
  /** The kind of that failure. */
  readonly failure?: SearchFailure;
}

/** A query that is none, too many searches, too many requests, anything else. */
export type SearchFailure = 'query' | 'uses' | 'rate' | 'unavailable';

export interface SearchResult {
  readonly title: string;
  readonly url: string;
  readonly snippet?: string;
  readonly published?: string;
}

export interface SearchOptions {
  readonly maxUses?: number;
  readonly allowedDomains?: readonly string[];
  readonly blockedDomains?: readonly string[];
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** A JSON Schema; an empty object when the client gave none. */
  readonly inputSchema: JsonObject;
  /** Held back until a tool search finds it. */
  readonly deferred?: boolean;
}

export type ToolChoice =
  | { readonly type: 'auto' }
  | { readonly type: 'none' }
  | { readonly type: 'required' }
  | { readonly type: 'tool'; readonly name: string };

export interface Thinking {
  readonly mode: 'adaptive' | 'enabled' | 'disabled';
  /** Tokens. */
  readonly budget?: number;
  readonly display?: 'omitted' | 'summarized';
}

export type Format =
  | { readonly type: 'json-object' }
  | { readonly type: 'json-schema'; readonly name: string; readonly schema: JsonObject };

/** What an answer is made of. */
export type AnswerBlock = Text | Reasoning | ToolCall | Search;

export type StopReason = 'end' | 'tool' | 'length' | 'stop-sequence' | 'refusal' | 'pause' | 'context';

export interface Usage {
  /** All input tokens, those read from a cache among them. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  /** What the service charged. */
  readonly credits?: number;
  /** Web searches done for this answer. */
  readonly searches?: number;
}

export interface ChatHead {
  /** Bare, without a dialect's prefix. */
  readonly id: string;
  readonly model: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
}

export interface ChatResult extends ChatHead {
  readonly content: readonly AnswerBlock[];
  readonly stop: StopReason;
  readonly stopSequence?: string;
  readonly usage: Usage;
}

export type ChatEvent =
  /** First, always. `inputTokens` is an estimate. */
  | ({ readonly type: 'start'; readonly inputTokens: number } & ChatHead)
  | { readonly type: 'open'; readonly index: number; readonly block: AnswerBlock }
  | {
      readonly type: 'delta';
      readonly index: number;
      readonly block: 'text' | 'reasoning' | 'tool-call';
      readonly text: string;
    }
  | { readonly type: 'close'; readonly index: number; readonly block: AnswerBlock }
  /** Last, always: the whole answer. */
  | { readonly type: 'finish'; readonly result: ChatResult };

/** The events of one answer, in batches as the network brought them; throws `ChatError`. */
export type ChatEvents = AsyncIterable<readonly ChatEvent[]>;

export interface Answer {
  readonly events: ChatEvents;
  /** Parameters of the request that could not be honoured, by their core names. */
  readonly ignored: readonly string[];
  /** The service's own id of the call. */
  readonly upstreamId?: string;
}

/**
 * Asks the vendor. Settles when the first meaningful part of the answer is in, so that a refusal is thrown
 * here as a `ChatError` and not inside the stream.
 */
export type Ask = (chat: ChatRequest, signal: AbortSignal) => Promise<Answer>;
