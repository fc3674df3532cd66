import { assemble, collect, type Delta } from '../../src/core/assemble.ts';
import type { ChatEvents } from '../../src/core/chat.ts';
import type { Call, Dialect, Header } from '../../src/dialects/dialect.ts';

export const noHeaders: Header = () => undefined;
export const head = { id: 'abc123', model: 'claude-sonnet-4.5', createdAt: 1_780_000_000 };

/** The events of an answer made of these deltas, one batch a list; a thrown thing stands for a failure there. */
export async function* answer(...batches: (readonly Delta[] | Error)[]): ChatEvents {
  yield* assemble(deltas(batches), head, 11);
}

async function* deltas(batches: readonly (readonly Delta[] | Error)[]): AsyncIterable<readonly Delta[]> {
  for (const batch of batches) {
    if (batch instanceof Error) throw batch;
    yield batch;
  }
}

/** The text that a client receives. */
export async function streamText<C extends Call>(dialect: Dialect<C>, events: ChatEvents, call: C): Promise<string> {
  let text = '';
  for await (const piece of dialect.stream(events, call)) text += piece;
  return text;
}

/** The object that a client receives, after a journey as JSON. */
export async function wholeAnswer<C extends Call>(dialect: Dialect<C>, events: ChatEvents, call: C): Promise<unknown> {
  return JSON.parse(JSON.stringify(dialect.whole(await collect(events), call)));
}

/** A stand-in for the network that answers an SDK with the dialect's own output. */
export function fetchFrom<C extends Call>(dialect: Dialect<C>, events: () => ChatEvents): typeof fetch {
  const answerTo = async (_: unknown, init?: { body?: unknown }): Promise<Response> => {
    const call = dialect.parse(JSON.parse(String(init?.body)), noHeaders);
    if (!call.stream) return Response.json(await wholeAnswer(dialect, events(), call));
    const body = await streamText(dialect, events(), call);
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  };
  return answerTo as typeof fetch;
}
