import type { ChatEvent, ChatEvents } from '../core/chat.ts';
import { type ChatError, toChatError } from '../core/errors.ts';
import { through } from '../core/through.ts';
import type { SseEvent } from '../wire/sse.ts';

/** Writes one event of an answer in the words of an API, onto the end of a list. */
export type EventWriter = (event: ChatEvent, into: SseEvent[]) => void;

/** A whole answer through a writer, batch by batch; a failure becomes the API's own last event. */
export function writeStream(
  events: ChatEvents,
  write: EventWriter,
  writeFailure: (error: ChatError) => readonly SseEvent[],
): AsyncIterable<readonly SseEvent[]> {
  return through(events, next => ({
    push(batch) {
      const written: SseEvent[] = [];
      for (const event of batch) write(event, written);
      if (written.length > 0) next.push(written);
    },
    end: next.end,
    fail(thrown) {
      next.push(writeFailure(toChatError(thrown)));
      next.end();
    },
  }));
}

/** A text as JSON; short ones that need no escapes, as most pieces of an answer are, in a third of the time. */
export function quote(text: string): string {
  if (text.length > longestPlain) return JSON.stringify(text);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return JSON.stringify(text);
  }
  return `"${text}"`;
}

/** One text of its parts, now: what stands in every piece of an answer would else be put together with each. */
export function whole(...parts: readonly string[]): string {
  return parts.join('');
}

const longestPlain = 128;
