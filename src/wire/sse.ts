// Server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html defines them.
import { createSilence } from './silence.ts';

export interface SseEvent {
  readonly event?: string;
  /** One line: JSON has no raw line ends. */
  readonly data: string;
}

/** The text of one batch of events, to be written at once. */
export function writeSse(events: readonly SseEvent[]): string {
  let text = '';
  for (const { event, data } of events) text += `${headOf(event)}${data}\n\n`;
  return text;
}

// A text of few pieces is put together in half the time; APIs have few names.
function headOf(event: string | undefined): string {
  if (event === undefined) return 'data: ';
  let head = heads.get(event);
  if (head === undefined) {
    if (heads.size >= mostHeads) heads.clear();
    head = ['event: ', event, '\ndata: '].join('');
    heads.set(event, head);
  }
  return head;
}

const heads = new Map<string, string>();
const mostHeads = 100;

export interface SseOptions {
  /** The text for a silence, as whole SSE text; empty for none. `started` says whether an event went out before. */
  heartbeat(started: boolean): string;
  /** Milliseconds of silence before each; 0 for no heartbeats. */
  readonly every: number;
  /** Takes the text; false when nobody listens any more. What it waits for is waited for. */
  write(text: string): boolean | Promise<boolean>;
}

/**
 * Writes the text of each batch, and heartbeats while the next one is waited for. Settles when the stream has ended or
 * nobody listens; the source is left in any case.
 */
export async function sendSse(
  batches: AsyncIterable<readonly SseEvent[]>,
  { heartbeat, every, write }: SseOptions,
): Promise<void> {
  let isStarted = false;
  const source = batches[Symbol.asyncIterator]();
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
      const written = write(writeSse(step.value));
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
