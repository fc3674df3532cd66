import type {
  AnswerBlock,
  ChatEvent,
  ChatEvents,
  ChatHead,
  ChatResult,
  JsonObject,
  Search,
  SearchResult,
  StopReason,
  Usage,
} from './chat.ts';
import { findCitations } from './citations.ts';
import { ChatError } from './errors.ts';
import { type Sink, through } from './through.ts';

/** One loose piece of an answer, as a vendor's reader finds it. */
export type Delta =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** Closes the running reasoning; without one, it is reasoning without text. */
  | { readonly type: 'signature'; readonly signature: string }
  | { readonly type: 'redacted'; readonly data: string }
  /** A whole call: cut ones never come this far. */
  | {
      readonly type: 'call';
      readonly id: string;
      readonly name: string;
      readonly input: JsonObject;
      readonly json: string;
    }
  | { readonly type: 'search'; readonly search: Search }
  /** The last one counts, member by member. */
  | { readonly type: 'usage'; readonly usage: Partial<Usage> }
  /** The last one counts. */
  | { readonly type: 'stop'; readonly reason: StopReason; readonly sequence?: string };

export type Deltas = AsyncIterable<readonly Delta[]>;

type Running = { type: 'text' | 'reasoning'; index: number; parts: string[] };

/**
 * Turns loose deltas into well-formed events: one start, blocks that never overlap and always close, one finish.
 * The only place where blocks begin and end.
 */
export function assemble(deltas: Deltas, head: ChatHead, inputTokens: number): ChatEvents {
  return through(deltas, next => createAssembler(head, inputTokens, next));
}

function createAssembler(
  head: ChatHead,
  inputTokens: number,
  next: Sink<readonly ChatEvent[]>,
): Sink<readonly Delta[]> {
  const content: AnswerBlock[] = [];
  const found: SearchResult[] = [];
  let usage: Partial<Usage> = {};
  let stop: { reason: StopReason; sequence?: string } = { reason: 'end' };
  let running: Running | undefined;
  let batch: ChatEvent[] = [{ type: 'start', ...head, inputTokens }];

  const close = (extra?: { signature: string }): void => {
    if (running === undefined) return;
    const text = running.parts.join('');
    const citations = running.type === 'text' ? findCitations(text, found) : [];
    const block: AnswerBlock = { type: running.type, text, ...(citations.length === 0 ? {} : { citations }), ...extra };
    batch.push({ type: 'close', index: running.index, block });
    content.push(block);
    running = undefined;
  };
  const open = (type: 'text' | 'reasoning'): Running => {
    close();
    running = { type, index: content.length, parts: [] };
    batch.push({ type: 'open', index: running.index, block: { type, text: '' } });
    return running;
  };
  const extend = (type: 'text' | 'reasoning', text: string): void => {
    if (text === '') return;
    const block = running?.type === type ? running : open(type);
    block.parts.push(text);
    batch.push({ type: 'delta', index: block.index, block: type, text });
  };
  const add = (empty: AnswerBlock, block: AnswerBlock, text?: string): void => {
    close();
    const index = content.length;
    batch.push({ type: 'open', index, block: empty });
    if (text !== undefined && block.type === 'tool-call') batch.push({ type: 'delta', index, block: block.type, text });
    batch.push({ type: 'close', index, block });
    content.push(block);
  };

  const take = (delta: Delta): void => {
    switch (delta.type) {
      case 'text':
      case 'reasoning':
        extend(delta.type, delta.text);
        break;
      case 'signature':
        if (running?.type !== 'reasoning') open('reasoning');
        close({ signature: delta.signature });
        break;
      case 'redacted': {
        const block: AnswerBlock = { type: 'reasoning', text: '', redacted: delta.data };
        add(block, block);
        break;
      }
      case 'call': {
        const { id, name, input, json } = delta;
        add({ type: 'tool-call', id, name, input: {} }, { type: 'tool-call', id, name, input, json }, json);
        break;
      }
      case 'search':
        add(delta.search, delta.search);
        found.push(...delta.search.results);
        break;
      case 'usage':
        usage = { ...usage, ...delta.usage };
        break;
      case 'stop':
        stop = delta;
        break;
    }
  };
  const finish = (): ChatResult => {
    const called = stop.reason === 'end' && content.some(block => block.type === 'tool-call');
    return {
      ...head,
      content,
      stop: called ? 'tool' : stop.reason,
      ...(stop.sequence === undefined ? {} : { stopSequence: stop.sequence }),
      usage: { inputTokens, outputTokens: 0, ...usage },
    };
  };
  const give = (): void => {
    const made = batch;
    batch = [];
    next.push(made);
  };

  return {
    push(deltas) {
      for (const delta of deltas) take(delta);
      if (batch.length > 0) give();
    },
    end() {
      close();
      batch.push({ type: 'finish', result: finish() });
      give();
      next.end();
    },
    fail: next.fail,
  };
}

/** The whole answer out of its events. */
export async function collect(events: ChatEvents): Promise<ChatResult> {
  let result: ChatResult | undefined;
  for await (const batch of events) {
    const last = batch.at(-1);
    if (last?.type === 'finish') result = last.result;
  }
  if (result === undefined) throw new ChatError('upstream', 'The answer ended before it was complete.');
  return result;
}
