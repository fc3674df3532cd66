// Server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html defines them.

export interface SseEvent {
  readonly event?: string;
  /** One line: JSON has no raw line ends. */
  readonly data: string;
}

/** The text of one batch of events, to be written at once. */
export function writeSse(events: readonly SseEvent[]): string {
  let text = '';
  for (const { event, data } of events) {
    text += event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
  }
  return text;
}
