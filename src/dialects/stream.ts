import type { ChatEvent, ChatEvents } from '../core/chat.ts';
import { type ChatError, toChatError } from '../core/errors.ts';
import { through } from '../core/through.ts';

/** Writes one event of an answer in the words of an API: the text of as many server-sent events as it takes, or none. */
export type EventWriter = (event: ChatEvent) => string;

/** A whole answer through a writer, batch by batch; a failure becomes the API's own last event. */
export function writeStream(
  events: ChatEvents,
  write: EventWriter,
  writeFailure: (error: ChatError) => string,
): AsyncIterable<string> {
  return through(events, next => ({
    push(batch) {
      let text = '';
      for (const event of batch) text += write(event);
      if (text !== '') next.push(text);
    },
    end: next.end,
    fail(thrown) {
      next.push(writeFailure(toChatError(thrown)));
      next.end();
    },
  }));
}

/** What stands between the quotation marks of a text as JSON: for most pieces of an answer the text itself. */
export function escapeText(text: string): string {
  return isPlain(text) ? text : JSON.stringify(text).slice(1, -1);
}

// Looking is a third of the work of writing anew.
function isPlain(text: string): boolean {
  if (text.length > longestPlain) return false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return false;
  }
  return true;
}

/**
 * What stands before and after the text of every piece of a block, put together once; `write` is given a text that
 * needs no escapes.
 */
export function around(write: (text: string) => string): readonly [before: string, after: string] {
  const [before = '', after = ''] = write(mark).split(mark);
  return [before, after];
}

// JSON never has it as it is.
const mark = '\0';

const longestPlain = 128;
