import { describe, expect, it } from 'vitest';
import type { ChatRequest, ToolCall, ToolResult } from '../../src/core/chat.ts';
import { warnBytes } from '../../src/kiro/question.ts';
import { largeChat } from '../kiro/support/large.ts';
import { costOf } from '../support/cost.ts';
import { model, type Sent } from './bodies.ts';
import { writeSent } from './written.ts';

// Milliseconds of the processor for one request, written from the client's body.
function costOfRequest(api: Sent['api'], body: object, budget: number): number {
  const text = JSON.stringify(body);
  const fresh = Array.from(
    { length: 60 },
    (): Sent => ({
      ...{ api, texts: [], images: [], calls: [] },
      body: JSON.parse(text),
    }),
  );
  const least = costOf(
    () => expect(writeSent(fresh.pop() ?? expect.unreachable()).bytes).toBeGreaterThan(warnBytes),
    process.env['KIRO_FIGURES'] === undefined ? budget : 0,
    fresh.length,
  );
  if (process.env['KIRO_FIGURES'] !== undefined) console.info(`${api}: ${text.length} letters in ${least} ms`);
  return least;
}

describe('200 turns with 60 tools, about a megabyte', () => {
  it.each([
    ['anthropic', toAnthropic],
    ['openai-chat', toChat],
    ['openai-responses', toResponses],
  ] as const)('take less than 15 ms of the processor, from %s', (api, write) => {
    expect(costOfRequest(api, { model, max_tokens: 9, ...write(largeChat()) }, 15)).toBeLessThan(15);
  });
});

const textOf = (content: readonly object[]): string =>
  content.map(block => ('text' in block ? String(block.text) : '')).join('');
const callsOf = (content: readonly object[]): readonly ToolCall[] =>
  content.filter((block): block is ToolCall => 'type' in block && block.type === 'tool-call');
const resultsOf = (content: readonly object[]): readonly ToolResult[] =>
  content.filter((block): block is ToolResult => 'type' in block && block.type === 'tool-result');

function toAnthropic({ messages, tools }: ChatRequest): object {
  return {
    tools: tools.map(({ name, description, inputSchema }) => ({ name, description, input_schema: inputSchema })),
    messages: messages.map(({ role, content }) => ({
      role,
      content: [
        ...(textOf(content) === '' ? [] : [{ type: 'text', text: textOf(content) }]),
        ...callsOf(content).map(({ id, name, input }) => ({ type: 'tool_use', id, name, input })),
        ...resultsOf(content).map(result => ({ type: 'tool_result', tool_use_id: result.id, content: result.content })),
      ],
    })),
  };
}

function toChat({ messages, tools }: ChatRequest): object {
  return {
    tools: tools.map(({ name, description, inputSchema: parameters }) => ({
      type: 'function',
      function: { name, description, parameters },
    })),
    messages: messages.flatMap(({ role, content }): object[] => {
      const results = resultsOf(content);
      if (results.length > 0) {
        return results.map(result => ({ role: 'tool', tool_call_id: result.id, content: textOf(result.content) }));
      }
      const calls = callsOf(content).map(({ id, name, input }) => ({
        id,
        type: 'function',
        function: { name, arguments: JSON.stringify(input) },
      }));
      return [{ role, content: textOf(content), ...(calls.length === 0 ? {} : { tool_calls: calls }) }];
    }),
  };
}

function toResponses({ messages, tools }: ChatRequest): object {
  return {
    tools: tools.map(({ name, description, inputSchema: parameters }) => ({
      type: 'function',
      name,
      description,
      parameters,
    })),
    input: messages.flatMap(({ role, content }) => [
      ...(textOf(content) === '' ? [] : [{ role, content: textOf(content) }]),
      ...callsOf(content).map(({ id, name, input }) => ({
        type: 'function_call',
        call_id: id,
        name,
        arguments: JSON.stringify(input),
      })),
      ...resultsOf(content).map(result => ({
        type: 'function_call_output',
        call_id: result.id,
        output: textOf(result.content),
      })),
    ]),
  };
}
