import { randomUUID } from 'node:crypto';
import type { Delta, Deltas } from '../../core/assemble.ts';
import type {
  Block,
  ChatRequest,
  Search,
  SearchOptions,
  SearchResult,
  ToolCall,
  ToolResult,
  Usage,
} from '../../core/chat.ts';
import { toChatError } from '../../core/errors.ts';
import { filterResults } from '../search.ts';
import { answerToolSearch } from '../tool-search.ts';
import type { Round } from './round.ts';

/** What the rounds of one answer work with. */
export interface RoundsTools {
  /** Asks the conversation so far once more. */
  readonly ask: (chat: ChatRequest) => Promise<Round>;
  readonly search: (query: string) => Promise<readonly SearchResult[]>;
}

/**
 * One answer out of as many rounds as the gateway's own tools take: the model searches the web, or for tools, and goes
 * on with what was found. Calls of the client's tools end the answer, as they always do.
 */
export async function* answerInRounds(first: Round, chat: ChatRequest, tools: RoundsTools): Deltas {
  let round = first;
  let current = chat;
  let searches = 0;
  let usage: Partial<Usage> = {};
  for (let number = 1; ; number += 1) {
    const seen = takeNotes(round);
    for await (const batch of round.deltas) {
      const passed = seen.take(batch);
      if (passed.length > 0) yield passed;
    }
    usage = addUsage(usage, seen.usage);
    const found: Search[] = [];
    for (const call of seen.searches) {
      const search = await runSearch(call, searches, chat.search ?? {}, tools);
      // One that was not even tried costs nothing.
      if (search.failure !== 'uses' && search.failure !== 'query') searches += 1;
      found.push(search);
      yield [{ type: 'search', search }];
    }
    const counted: Delta = { type: 'usage', usage: searches === 0 ? usage : { ...usage, searches } };
    const isOver = seen.finders.length + found.length === 0 || seen.hasClientCalls || !seen.isWhole;
    if (isOver || number === mostRounds) {
      yield [counted, isOver ? seen.stop : { type: 'stop', reason: 'pause' }];
      return;
    }
    current = goOn(current, seen, found, round);
    round = await tools.ask(current);
  }
}

/** Whether a question gives the model tools that the gateway answers itself. */
export function hasOwnTools({ question }: Round): boolean {
  return question.searchTool !== undefined || question.toolSearch !== undefined;
}

type StopDelta = Extract<Delta, { type: 'stop' }>;

/** What one round said: the client's part of it, and what the gateway has to do. */
interface Notes {
  /** Returns what the client is to see. */
  take(batch: readonly Delta[]): readonly Delta[];
  readonly blocks: readonly Block[];
  readonly searches: readonly ToolCall[];
  readonly finders: readonly ToolCall[];
  readonly hasClientCalls: boolean;
  readonly usage: Partial<Usage>;
  readonly stop: StopDelta;
  /** Nothing was cut. */
  readonly isWhole: boolean;
}

function takeNotes({ question }: Round): Notes {
  const blocks: Block[] = [];
  const searches: ToolCall[] = [];
  const finders: ToolCall[] = [];
  let text = '';
  let thought = '';
  let hasClientCalls = false;
  let usage: Partial<Usage> = {};
  let stop: StopDelta = { type: 'stop', reason: 'end' };

  const closeText = (): void => {
    if (text !== '') blocks.push({ type: 'text', text });
    text = '';
  };
  const keep = (delta: Delta): boolean => {
    switch (delta.type) {
      case 'text':
        text += delta.text;
        return true;
      case 'reasoning':
        closeText();
        thought += delta.text;
        return true;
      case 'signature':
        closeText();
        blocks.push({ type: 'reasoning', text: thought, signature: delta.signature });
        thought = '';
        return true;
      case 'redacted':
        closeText();
        blocks.push({ type: 'reasoning', text: '', redacted: delta.data });
        return true;
      case 'call': {
        closeText();
        const { id, name, input, json } = delta;
        const call: ToolCall = { type: 'tool-call', id, name, input, json };
        const own = name === question.searchTool ? searches : name === question.toolSearch?.name ? finders : undefined;
        own?.push(call);
        hasClientCalls ||= own === undefined;
        return own === undefined;
      }
      case 'usage':
        usage = { ...usage, ...delta.usage };
        return false;
      case 'stop':
        closeText();
        stop = delta;
        return false;
      case 'search':
        return true;
    }
  };
  return {
    take: batch => batch.filter(keep),
    blocks,
    searches,
    finders,
    get hasClientCalls() {
      return hasClientCalls;
    },
    get usage() {
      return usage;
    },
    get stop(): StopDelta {
      // The gateway's own calls are none for the client.
      return stop.reason === 'tool' && !hasClientCalls ? { type: 'stop', reason: 'end' } : stop;
    },
    get isWhole() {
      return stop.reason === 'tool' || stop.reason === 'end';
    },
  };
}

/** The conversation with what the model did in a round and what came of it. */
function goOn(chat: ChatRequest, seen: Notes, found: readonly Search[], { question }: Round): ChatRequest {
  const held = question.toolSearch?.tools ?? [];
  const results: readonly ToolResult[] = seen.finders.map(call => answerToolSearch(call, held));
  return {
    ...chat,
    // A choice was made by now: forcing it again would never end.
    toolChoice: chat.toolChoice.type === 'none' ? chat.toolChoice : { type: 'auto' },
    messages: [
      ...chat.messages,
      { role: 'assistant', content: [...seen.blocks, ...seen.finders, ...found] },
      ...(results.length === 0 ? [] : [{ role: 'user', content: results } as const]),
    ],
  };
}

async function runSearch(
  call: ToolCall,
  done: number,
  options: SearchOptions,
  { search }: RoundsTools,
): Promise<Search> {
  const query = typeof call.input['query'] === 'string' ? call.input['query'] : '';
  const made = { type: 'search', id: `srvtoolu_${randomUUID().replaceAll('-', '')}`, query } as const;
  if (query.trim() === '') return { ...made, results: [], error: 'The query is empty.', failure: 'query' };
  if (done >= (options.maxUses ?? mostSearches)) {
    return { ...made, results: [], error: 'No more searches are allowed for this answer.', failure: 'uses' };
  }
  try {
    return { ...made, results: filterResults(await search(query), options) };
  } catch (thrown) {
    const error = toChatError(thrown);
    if (error.kind === 'cancelled') throw error;
    const failure = error.kind === 'rate' || error.kind === 'quota' ? 'rate' : 'unavailable';
    return { ...made, results: [], error: error.message, failure };
  }
}

/** The input of the last round is the conversation as it is now; the rest adds up. */
function addUsage(before: Partial<Usage>, round: Partial<Usage>): Partial<Usage> {
  const sum = (key: 'outputTokens' | 'reasoningTokens' | 'credits'): Partial<Usage> => {
    const [one, other] = [before[key], round[key]];
    return one === undefined && other === undefined ? {} : { [key]: (one ?? 0) + (other ?? 0) };
  };
  return { ...before, ...round, ...sum('outputTokens'), ...sum('reasoningTokens'), ...sum('credits') };
}

const mostRounds = 12;
const mostSearches = 10;
