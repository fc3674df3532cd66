import { describe, expect, it } from 'vitest';
import type { Delta } from '../../../src/core/assemble.ts';
import type { ChatRequest, JsonObject, SearchResult, Tool } from '../../../src/core/chat.ts';
import { ChatError } from '../../../src/core/errors.ts';
import type { Round } from '../../../src/kiro/ask/round.ts';
import { answerInRounds, hasOwnTools } from '../../../src/kiro/ask/rounds.ts';
import { writeQuestion } from '../../../src/kiro/question.ts';
import { chatOf, readDeltas } from '../support/kiro.ts';

const modelId = 'claude-sonnet-4.5';
const own: Tool = { name: 'own', description: 'Own.', inputSchema: { type: 'object' } };
const later: Tool = {
  name: 'weather',
  description: 'Tells the weather.',
  inputSchema: { type: 'object' },
  deferred: true,
};
const page: SearchResult = { title: 'T', url: 'https://t.example/' };

const text = (words: string): Delta => ({ type: 'text', text: words });
const call = (name: string, input: JsonObject): Delta => ({
  type: 'call',
  id: `c-${name}`,
  name,
  input,
  json: JSON.stringify(input),
});
const search = (query: unknown): Delta => call('web_search', { query } as JsonObject);
const stop = (reason: Extract<Delta, { type: 'stop' }>['reason']): Delta => ({ type: 'stop', reason });
const usage = (inputTokens: number, outputTokens: number, credits?: number): Delta => ({
  type: 'usage',
  usage: { inputTokens, outputTokens, ...(credits === undefined ? {} : { credits }) },
});

interface Outcome {
  readonly deltas: readonly Delta[];
  readonly asked: readonly ChatRequest[];
  readonly queries: readonly string[];
}

/** The rounds of a model that says these deltas, one list a round. */
async function run(
  chat: ChatRequest,
  rounds: readonly (readonly Delta[])[],
  found: (query: string) => readonly SearchResult[] = () => [page],
): Promise<Outcome> {
  const asked: ChatRequest[] = [];
  const queries: string[] = [];
  const left = [...rounds];
  const roundOf = (asking: ChatRequest): Round => {
    async function* said() {
      // Each delta in a batch of its own.
      for (const delta of left.shift() ?? [stop('end')]) yield [delta];
    }
    const login = { accessToken: 'a', region: 'us-east-1' };
    return { deltas: said(), upstreamId: undefined, question: writeQuestion(asking, { modelId }), login };
  };
  const deltas = await readDeltas(
    answerInRounds(roundOf(chat), chat, {
      ask: async next => {
        asked.push(next);
        return roundOf(next);
      },
      search: async query => {
        queries.push(query);
        return found(query);
      },
    }),
  );
  return { deltas, asked, queries };
}

const searching = (more: Partial<ChatRequest> = {}): ChatRequest => chatOf('News?', { search: {}, ...more });
const lastOf = (asked: readonly ChatRequest[]) => asked.at(-1)?.messages.slice(1);

describe('the rounds of an answer', () => {
  it('are needed where the model has tools of the gateway', () => {
    const has = (chat: ChatRequest) => hasOwnTools({ question: writeQuestion(chat, { modelId }) } as Round);
    expect(has(chatOf('Hi', { tools: [own] }))).toBe(false);
    expect(has(searching())).toBe(true);
    expect(has(chatOf('Hi', { tools: [later] }))).toBe(true);
  });

  it('go on with all that the model said, in its order, and with what was found', async () => {
    const { deltas, asked, queries } = await run(searching({ toolChoice: { type: 'required' } }), [
      [
        { type: 'reasoning', text: 'Let me ' },
        { type: 'reasoning', text: 'see.' },
        { type: 'signature', signature: 's1' },
        { type: 'redacted', data: 'r1' },
        text('One '),
        text('moment.'),
        search('news'),
        text('And?'),
        usage(10, 5, 0.5),
        stop('tool'),
      ],
      [text('Rain.'), usage(30, 7, 0.25), stop('end')],
    ]);
    expect(queries).toEqual(['news']);
    const made = {
      type: 'search',
      id: expect.stringMatching(/^srvtoolu_[0-9a-f]{32}$/),
      query: 'news',
      results: [page],
    };
    expect(deltas).toEqual([
      { type: 'reasoning', text: 'Let me ' },
      { type: 'reasoning', text: 'see.' },
      { type: 'signature', signature: 's1' },
      { type: 'redacted', data: 'r1' },
      text('One '),
      text('moment.'),
      text('And?'),
      { type: 'search', search: made },
      text('Rain.'),
      { type: 'usage', usage: { inputTokens: 30, outputTokens: 12, credits: 0.75, searches: 1 } },
      stop('end'),
    ]);
    expect(asked[0]?.toolChoice).toEqual({ type: 'auto' });
    expect(lastOf(asked)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Let me see.', signature: 's1' },
          { type: 'reasoning', text: '', redacted: 'r1' },
          { type: 'text', text: 'One moment.' },
          { type: 'text', text: 'And?' },
          made,
        ],
      },
    ]);
  });

  it('keep the text before a thought apart from the text behind it', async () => {
    const { asked } = await run(searching(), [
      [
        text('a'),
        { type: 'reasoning', text: 't' },
        { type: 'signature', signature: 's' },
        text('b'),
        { type: 'redacted', data: 'r' },
        text('c'),
        search('q'),
        stop('tool'),
      ],
    ]);
    expect(lastOf(asked)?.[0]?.content.slice(0, -1)).toEqual([
      { type: 'text', text: 'a' },
      { type: 'reasoning', text: 't', signature: 's' },
      { type: 'text', text: 'b' },
      { type: 'reasoning', text: '', redacted: 'r' },
      { type: 'text', text: 'c' },
    ]);
  });

  it('leave a choice of no tool as it is', async () => {
    const { asked } = await run(searching({ toolChoice: { type: 'none' } }), [[search('q'), stop('tool')]]);
    expect(asked.map(({ toolChoice }) => toolChoice)).toEqual(asked.map(() => ({ type: 'none' })));
  });

  it('try no search without a query, and count none', async () => {
    for (const query of ['', '  \n', 7]) {
      const { deltas, queries } = await run(searching(), [
        [search(query), stop('tool')],
        [text('Oh.'), usage(1, 2), stop('end')],
      ]);
      expect(queries).toEqual([]);
      expect(deltas[0]).toMatchObject({
        search: { query: query === 7 ? '' : query, results: [], error: 'The query is empty.', failure: 'query' },
      });
      expect(deltas.at(-2)).toEqual(usage(1, 2));
    }
  });

  it('try no more searches than the client allows, or ten', async () => {
    const many = Array.from({ length: 3 }, (_, index) => search(`q${index}`));
    const limited = await run(searching({ search: { maxUses: 2 } }), [[...many, stop('tool')], [stop('end')]]);
    expect(limited.queries).toEqual(['q0', 'q1']);
    expect(limited.deltas[2]).toMatchObject({
      search: { results: [], error: 'No more searches are allowed for this answer.', failure: 'uses' },
    });
    expect(limited.deltas.at(-2)).toMatchObject({ usage: { searches: 2 } });
    const eleven = Array.from({ length: 11 }, (_, index) => search(`q${index}`));
    expect((await run(searching(), [[...eleven, stop('tool')]])).queries).toHaveLength(10);
  });

  it.each([
    ['rate', 'rate'],
    ['quota', 'rate'],
    ['upstream', 'unavailable'],
    ['network', 'unavailable'],
  ] as const)('tell the model of a search that failed by %s', async (kind, failure) => {
    const fail = (): never => {
      throw new ChatError(kind, 'Not now.');
    };
    const { deltas, asked } = await run(searching(), [[search('q'), stop('tool')]], fail);
    expect(deltas[0]).toMatchObject({ search: { query: 'q', results: [], error: 'Not now.', failure } });
    expect(asked).toHaveLength(1);
    // It was tried.
    expect(deltas.at(-2)).toEqual({ type: 'usage', usage: { searches: 1 } });
  });

  it('end when the client leaves during a search', async () => {
    const leave = (): never => {
      throw new ChatError('cancelled', 'Cancelled.');
    };
    await expect(run(searching(), [[search('q'), stop('tool')]], leave)).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('end with a call of the client’s own, and keep the gateway’s from it', async () => {
    const { deltas, asked } = await run(searching({ tools: [own] }), [
      [search('q'), call('own', { a: 1 }), usage(1, 2), stop('tool')],
    ]);
    expect(deltas.map(({ type }) => type)).toEqual(['call', 'search', 'usage', 'stop']);
    expect(deltas.at(-1)).toEqual(stop('tool'));
    expect(asked).toEqual([]);
  });

  it.each(['length', 'refusal', 'pause', 'context'] as const)('end with an answer that ended by %s', async reason => {
    const { deltas, asked } = await run(searching(), [[search('q'), stop(reason)]]);
    expect(deltas.at(-1)).toEqual(stop(reason));
    expect(asked).toEqual([]);
  });

  it('end as an answer of its own where the last call was the gateway’s', async () => {
    const { deltas } = await run(searching({ tools: [own] }), [[text('Fine.'), stop('tool')]]);
    expect(deltas.at(-1)).toEqual(stop('end'));
    const without = await run(searching(), [[text('Fine.')]]);
    expect(without.deltas).toEqual([text('Fine.'), { type: 'usage', usage: {} }, stop('end')]);
  });

  it('pause after the twelfth', async () => {
    const { deltas, asked } = await run(
      searching(),
      Array.from({ length: 20 }, () => [search('q'), usage(1, 2), stop('tool')]),
    );
    expect(asked).toHaveLength(11);
    expect(deltas.at(-1)).toEqual(stop('pause'));
    expect(deltas.at(-2)).toEqual({ type: 'usage', usage: { inputTokens: 1, outputTokens: 24, searches: 10 } });
  });

  it('answer a search for tools in words that the model reads', async () => {
    const find = call('tool_search', { query: 'weather' });
    const { deltas, asked } = await run(chatOf('Hi', { tools: [own, later] }), [
      [find, stop('tool')],
      [call('weather', {}), stop('tool')],
    ]);
    expect(deltas.map(({ type }) => type)).toEqual(['call', 'usage', 'stop']);
    expect(lastOf(asked)).toEqual([
      {
        role: 'assistant',
        content: [
          {
            type: 'tool-call',
            id: 'c-tool_search',
            name: 'tool_search',
            input: { query: 'weather' },
            json: '{"query":"weather"}',
          },
        ],
      },
      {
        role: 'user',
        content: [
          {
            type: 'tool-result',
            id: 'c-tool_search',
            isError: false,
            content: [{ type: 'tool-reference', name: 'weather' }],
          },
        ],
      },
    ]);
  });

  it('pass on a search that another one made', async () => {
    const other: Delta = { type: 'search', search: { type: 'search', id: 's', query: 'q', results: [] } };
    const { deltas } = await run(searching(), [[other, stop('end')]]);
    expect(deltas[0]).toEqual(other);
  });
});
