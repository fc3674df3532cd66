/** Server-sent events out of the text that a client would receive; comments are skipped. */
export function readSse(text: string): { event?: string; data: string }[] {
  if (text !== '' && !text.endsWith('\n\n')) throw new Error('the stream ends inside an event');
  return text
    .split('\n\n')
    .filter(block => block !== '' && !block.startsWith(':'))
    .map(block => {
      const lines = block.split('\n');
      const field = (name: string): string | undefined =>
        lines.find(line => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const event = field('event');
      const data = field('data');
      if (data === undefined || lines.length > (event === undefined ? 1 : 2)) throw new Error(`no event: ${block}`);
      return event === undefined ? { data } : { event, data };
    });
}
