import { describe, expect, it } from 'vitest';
import type { ScriptedAnswer } from '../../src/emulator/emulator.ts';
import { useEmulator } from '../support/emulator.ts';
import { ask, question, readFrames, user } from './request.ts';

const emulator = useEmulator();

const body = question(user('Hi'));
const send = (answer: ScriptedAnswer): Promise<Response> => {
  emulator.next(answer);
  return ask(emulator, { body });
};
const frames = async (answer: ScriptedAnswer): Promise<string[]> => readFrames(await send(answer));
const withoutEnding = (steps: Extract<ScriptedAnswer, readonly unknown[]>) => frames({ steps, ending: false });
const payloads = (list: readonly string[]): unknown[] =>
  list.map(frame => JSON.parse(frame.slice(frame.indexOf(' ') + 1)));

describe('what a script can say', () => {
  it('text, in one frame for each string or chunk', async () => {
    expect(await withoutEnding(['a', { text: 'b' }, { chunks: ['c', 'd'] }])).toEqual(
      ['a', 'b', 'c', 'd'].map(content => `assistantResponseEvent ${JSON.stringify({ content })}`),
    );
  });

  it('reasoning with its signature after it, and redacted reasoning', async () => {
    const list = await withoutEnding([{ reasoning: ['Let me', ' see'], signature: 'sig' }, { redacted: 'AAAA' }]);
    expect(list.every(frame => frame.startsWith('reasoningContentEvent '))).toBe(true);
    expect(payloads(list)).toEqual([
      { text: 'Let me' },
      { text: ' see' },
      { signature: 'sig' },
      { redactedContent: 'AAAA' },
    ]);
  });

  it('a tool call: first without input, then fragments, then the stop', async () => {
    const list = await withoutEnding([{ tool: 'read', id: 't1', input: { path: 'ä' }, fragments: 3 }]);
    const events = payloads(list) as { toolUseId: string; name: string; input?: string; stop?: boolean }[];
    expect(events.every(({ toolUseId, name }) => toolUseId === 't1' && name === 'read')).toBe(true);
    expect(events.map(({ input, stop }) => ({ input, stop }))).toEqual([
      { input: undefined, stop: undefined },
      { input: '{"pa', stop: undefined },
      { input: 'th":', stop: undefined },
      { input: '"ä"}', stop: undefined },
      { input: undefined, stop: true },
    ]);
  });

  it('a tool call with an object, with fragments of one’s own, without a stop, with a phantom', async () => {
    const call = { tool: 'read', id: 't1' };
    expect(payloads(await withoutEnding([{ ...call, input: { a: 1 }, asObject: true }]))[1]).toMatchObject({
      input: { a: 1 },
    });
    const cut = payloads(await withoutEnding([{ ...call, fragments: ['{"a', '":'], stop: false }]));
    expect(cut).toMatchObject([{}, { input: '{"a' }, { input: '":' }]);
    const phantom = payloads(await withoutEnding([{ ...call, input: '{"a":1}', fragments: 1, phantom: true }]));
    expect(phantom).toMatchObject([{}, { input: '{"a":1}' }, { stop: true }, { input: '{}' }, { stop: true }]);
  });

  it('interleaved tool calls', async () => {
    const call = { tool: 'read', input: { a: 1 }, fragments: 1 };
    const list = await withoutEnding([
      {
        interleaved: [
          { ...call, id: 'one' },
          { ...call, id: 'two' },
        ],
      },
    ]);
    expect(payloads(list).map(event => (event as { toolUseId: string }).toolUseId)).toEqual([
      'one',
      'two',
      'one',
      'two',
      'one',
      'two',
    ]);
  });

  it('a new id for each call that has none, also when one script answers twice', async () => {
    const script: ScriptedAnswer = { steps: [{ tool: 'read' }, { tool: 'read' }], ending: false };
    const list = payloads([...(await frames(script)), ...(await frames(script))]);
    expect(new Set(list.map(event => (event as { toolUseId: string }).toolUseId)).size).toBe(4);
  });

  it('code, any event, exception frames and error frames', async () => {
    const response = await send({
      steps: [
        { code: 'x = 1' },
        { event: 'newEvent', payload: { a: 1 } },
        { event: 'oddEvent', payload: 'no JSON' },
        { exception: 'ThrottlingException', payload: { message: 'Slow down' } },
        { error: 'InternalError', message: 'Broken' },
      ],
      ending: false,
    });
    const bytes = Buffer.from(await response.clone().arrayBuffer()).toString('latin1');
    expect(await readFrames(response)).toEqual([
      'codeEvent {"content":"x = 1"}',
      'newEvent {"a":1}',
      'oddEvent no JSON',
      'ThrottlingException {"message":"Slow down"}',
      'InternalError ',
    ]);
    expect(bytes).toContain('exception');
    expect(bytes).toContain(':error-message');
    expect(bytes).toContain('Broken');
  });

  it('the ending: usual, changed, in part, and none', async () => {
    expect((await frames([{ tool: 'read' }])).slice(-3)[0]).toBe('metadataEvent {"stopReason":"TOOL_USE"}');
    const ending = { stopReason: 'MAX_TOKENS', tokenUsage: { outputTokens: 3 }, contextUsagePercentage: 50, usage: 2 };
    expect(await frames({ steps: [], ending })).toEqual([
      'metadataEvent {"stopReason":"MAX_TOKENS","tokenUsage":{"outputTokens":3}}',
      'contextUsageEvent {"contextUsagePercentage":50}',
      'meteringEvent {"unit":"credit","unitPlural":"credits","usage":2}',
    ]);
    const partly = { stopReason: false, contextUsagePercentage: false } as const;
    expect(await frames({ steps: [], ending: partly })).toHaveLength(1);
    expect(await frames({ steps: [], ending: false })).toEqual([]);
  });
});
