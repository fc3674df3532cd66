// Server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html defines them.
import { createSilence } from './silence.ts';

/** One event as text. Its data is one line: JSON has no raw line ends. */
export function writeSse(data: string, event?: string): string {
  return event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
}

export interface SseOptions {
  /** The text for a silence, as whole SSE text; empty for none. `started` says whether an event went out before. */
  heartbeat(started: boolean): string;
  /** Milliseconds of silence before each; 0 for no heartbeats. */
  readonly every: number;
  /** Takes the text; false when nobody listens any more. What it waits for is waited for. */
  write(text: string): boolean | Promise<boolean>;
}

/**
 * Writes the texts of a stream, and heartbeats while the next one is waited for. Settles when the stream has ended or
 * nobody listens; the source is left in any case.
 */
export async function sendSse(texts: AsyncIterable<string>, { heartbeat, every, write }: SseOptions): Promise<void> {
  let isStarted = false;
  const source = texts[Symbol.asyncIterator]();
  const silence = createSilence(every, () => {
    const text = heartbeat(isStarted);
    if (text === '' || write(text) !== false) return;
    // A source that never gives up is not waited for.
    silence.close();
    source.return?.().catch(() => undefined);
  });
  let isDone = false;
  try {
    for (;;) {
      silence.begin();
      const step = await source.next();
      silence.end();
      isDone = step.done === true;
      if (step.done === true) return;
      isStarted = true;
      const written = write(step.value);
      if (!(typeof written === 'boolean' ? written : await written)) return;
    }
  } catch (thrown) {
    isDone = true;
    throw thrown;
  } finally {
    silence.close();
    if (!isDone) await source.return?.();
  }
}
