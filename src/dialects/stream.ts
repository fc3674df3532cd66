import type { ChatEvent, ChatEvents } from '../core/chat.ts';
import { type ChatError, toChatError } from '../core/errors.ts';
import type { SseEvent } from '../wire/sse.ts';

/** Writes one event of an answer in the words of an API, onto the end of a list. */
export type EventWriter = (event: ChatEvent, into: SseEvent[]) => void;

/** A whole answer through a writer, batch by batch; a failure becomes the API's own last event. */
export async function* writeStream(
  events: ChatEvents,
  write: EventWriter,
  writeFailure: (error: ChatError) => readonly SseEvent[],
): AsyncIterable<readonly SseEvent[]> {
  try {
    for await (const batch of events) {
      const written: SseEvent[] = [];
      for (const event of batch) write(event, written);
      if (written.length > 0) yield written;
    }
  } catch (thrown) {
    yield writeFailure(toChatError(thrown));
  }
}
