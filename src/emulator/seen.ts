import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** One broken rule of the service. */
export interface Violation {
  /** The rule's number in the list of the service's rules, such as `2.1.3`, or a word such as `refresh-reuse`. */
  readonly rule: string;
  /** The member, header or parameter that broke it. */
  readonly path: string;
  readonly message: string;
}

/** A request as it came. Times are those of `performance.now()`. */
export interface SeenRequest {
  /** What the service calls the request, in `x-amzn-requestid`. */
  readonly id: string;
  /** `GenerateAssistantResponse`, `ListAvailableModels`, …, or the path of a sign-in call such as `refreshToken`. */
  readonly operation: string;
  readonly dialect: 'runtime' | 'q' | 'auth';
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The body's bytes. */
  readonly raw: Uint8Array;
  /** The body, parsed from JSON or from a form; undefined when it is empty or neither. */
  readonly body: unknown;
  readonly violations: readonly Violation[];
  readonly startedAt: number;
  /** The HTTP status it was answered with. */
  readonly status?: number;
  /** When its answer was complete. */
  readonly finishedAt?: number;
  /** When the client left before its answer was complete. */
  readonly closedAt?: number;
}

/** A request while it is being answered. */
export type OpenRequest = { -readonly [Key in keyof SeenRequest]: SeenRequest[Key] } & { violations: Violation[] };

/** Reads a request to its end. */
export async function readRequest(incoming: IncomingMessage): Promise<OpenRequest> {
  const startedAt = performance.now();
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const raw = Buffer.concat(chunks);
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://emulator');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) if (value !== undefined) headers[name] = `${value}`;
  const target = headers['x-amz-target'];
  return {
    id: randomUUID(),
    operation: '',
    dialect: target === undefined ? 'q' : 'runtime',
    method: incoming.method ?? '',
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers,
    raw,
    body: parse(raw, headers['content-type'] ?? ''),
    violations: [],
    startedAt,
  };
}

function parse(raw: Buffer, contentType: string): unknown {
  if (raw.length === 0) return undefined;
  const text = raw.toString();
  if (contentType.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
