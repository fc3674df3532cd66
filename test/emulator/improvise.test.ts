import { afterEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { useEmulator } from '../support/emulator.ts';
import { ask, assistant, question, readFrames, readText, result, tool, use, user } from './request.ts';

const emulator = useEmulator();
afterEach(() => expect(emulator.violations).toEqual([]));

const payload = (frame = ''): Record<string, unknown> => JSON.parse(frame.slice(frame.indexOf(' ') + 1));
const text = async (body: object): Promise<string> => readText(await ask(emulator, { body }));
const tools = { userInputMessageContext: { tools: [tool(), tool('write')] } };
const withResults = (...toolResults: object[]) =>
  user('', { userInputMessageContext: { tools: [tool(), tool('write')], toolResults } });

/** The calls of an answer, as `name arguments`. */
async function calls(body: object): Promise<string[]> {
  const found = new Map<string, { name: string; input: string }>();
  for (const frame of await readFrames(await ask(emulator, { body }))) {
    if (!frame.startsWith('toolUseEvent ')) continue;
    const { toolUseId, name, input = '' } = payload(frame) as { toolUseId: string; name: string; input?: string };
    const call = found.get(toolUseId) ?? { name, input: '' };
    found.set(toolUseId, { name, input: call.input + input });
  }
  return [...found.values()].map(({ name, input }) => `${name} ${input}`);
}

describe('an answer that nobody scripted', () => {
  it('says what it was asked and what it saw', async () => {
    const body = question(user('And "now"?', tools), [user('Hi'), assistant('Hello')]);
    const said = await text(body);
    expect(said).toContain('no real model');
    expect(said).toContain('You asked: "And "now"?". I saw 3 messages, 2 tools and 0 images.');
  });

  it('comes in several chunks and ends with a usage that grows with the question', async () => {
    const percent = async (content: string): Promise<number> => {
      const frames = await readFrames(await ask(emulator, { body: question(user(content)) }));
      expect(frames[0]).toBe('initial-response {"conversationId":""}');
      expect(frames.filter(frame => frame.startsWith('assistantResponseEvent ')).length).toBeGreaterThan(5);
      expect(payload(frames.at(-1))['usage']).toBeGreaterThan(0);
      return Number(payload(frames.at(-2))['contextUsagePercentage']);
    };
    const small = await percent('Hi');
    expect(small).toBeGreaterThan(0);
    expect(await percent('word '.repeat(40_000))).toBeGreaterThan(small + 20);
  });

  it('takes its time between chunks', async () => {
    const slow = await startEmulator({ pace: 10 });
    const startedAt = performance.now();
    await readText(await ask(slow, { body: question(user('Hi')) }));
    expect(performance.now() - startedAt).toBeGreaterThan(100);
    await slow.close();
  });

  it('calls the tools that the text asks for', async () => {
    const asked = 'Please.\nCALL read {"path":"a b"}\nCALL write\nDo not CALL read {}';
    expect(await calls(question(user(asked, tools)))).toEqual(['read {"path":"a b"}', 'write {}']);
    expect(await text(question(user(asked, tools)))).toBe('I will use the tools for that.');
  });

  it('says what is wrong with a call', async () => {
    expect(await text(question(user('CALL delete {}', tools)))).toContain('There is no tool "delete".');
    expect(await text(question(user('CALL read {"path":', tools)))).toContain('are no JSON object: {"path":');
    expect(await text(question(user('CALL read [1]', tools)))).toContain('are no JSON object: [1]');
  });

  it('tells the results of tools', async () => {
    const history = [user('CALL read {}'), assistant('', { toolUses: [use('t1'), use('t2')] })];
    const failed = { ...result('t2', 'gone'), status: 'error' };
    const said = await text(question(withResults(result('t1', 'forty-two'), failed), history));
    expect(said).toContain('The tool answered: "forty-two". The tool failed: "gone".');
  });

  it('goes on with the calls that wait for results, one round at a time', async () => {
    const asked = 'CALL read {"path":"a"}\nTHEN CALL write {"path":"b"}\nTHEN CALL read {"path":"c"}';
    const first = [user(asked), assistant('', { toolUses: [use('t1')] })];
    const second = [
      ...first,
      user('', { userInputMessageContext: { toolResults: [result('t1')] } }),
      assistant('', { toolUses: [use('t2', 'write')] }),
    ];
    const third = [
      ...second,
      user('', { userInputMessageContext: { toolResults: [result('t2')] } }),
      assistant('', { toolUses: [use('t3')] }),
    ];
    expect(await calls(question(user(asked, tools)))).toEqual(['read {"path":"a"}']);
    expect(await calls(question(withResults(result('t1')), first))).toEqual(['write {"path":"b"}']);
    expect(await calls(question(withResults(result('t2')), second))).toEqual(['read {"path":"c"}']);
    expect(await calls(question(withResults(result('t3')), third))).toEqual([]);
  });
});

describe('thinking', () => {
  const think = (modelId: string, additionalModelRequestFields: object) =>
    question(user('Hi', { modelId }), [], { additionalModelRequestFields });
  const reasoning = async (body: object): Promise<Record<string, string>[]> =>
    (await readFrames(await ask(emulator, { body })))
      .filter(frame => frame.startsWith('reasoningContentEvent '))
      .map(payload) as Record<string, string>[];

  it('comes signed from Claude models that are asked for it, and its signature is good for that model', async () => {
    const modelId = 'claude-opus-5';
    const events = await reasoning(think(modelId, { thinking: { type: 'adaptive', display: 'summarized' } }));
    const thought = events.map(event => event['text'] ?? '').join('');
    const signature = events.at(-1)?.['signature'] ?? '';
    expect(thought).toContain('Let me see');
    const replay = (model: string, shown: string) =>
      ask(emulator, {
        body: question(user('Go on.', { modelId: model }), [
          user('Hi', { modelId: model }),
          assistant('Hello', { reasoningContent: { reasoningText: { text: shown, signature } } }),
        ]),
      });
    expect((await replay(modelId, thought)).status).toBe(200);
    expect(emulator.violations).toEqual([]);
    for (const response of [await replay('claude-sonnet-5', thought), await replay(modelId, 'Changed')]) {
      expect([response.status, await response.json()]).toEqual([
        400,
        expect.objectContaining({ reason: 'THINKING_SIGNATURE_INVALID' }),
      ]);
    }
    expect(emulator.violations.map(({ rule }) => rule)).toEqual(['2.3 replay', '2.3 replay']);
    emulator.reset();
  });

  it('is left out of sight when that is asked for', async () => {
    const events = await reasoning(think('claude-opus-5', { thinking: { type: 'adaptive', display: 'omitted' } }));
    expect(events.map(event => Object.keys(event))).toEqual([['signature']]);
  });

  it('comes sealed and last from GPT models', async () => {
    const body = think('gpt-5.6-sol', { reasoning: { effort: 'low' } });
    const frames = await readFrames(await ask(emulator, { body }));
    expect(frames.at(-4)).toContain('reasoningContentEvent {"redactedContent":');
    expect(await reasoning(think('gpt-5.6-sol', { reasoning: { effort: 'none' } }))).toEqual([]);
  });

  it('comes as text from other models when the text asks for it', async () => {
    const asked = '<thinking_mode>enabled</thinking_mode><max_thinking_length>1000</max_thinking_length>\n\nHi';
    expect(await text(question(user(asked)))).toMatch(/^<thinking>[^<]+<\/thinking>\n\nI am/);
    expect(await text(question(user('Hi')))).not.toContain('<thinking>');
  });
});

describe('a question that cannot be answered', () => {
  const refusal = async (to: Emulator, body: object) => {
    const response = await ask(to, { body });
    return { status: response.status, ...((await response.json()) as object) };
  };

  it('because nobody knows its model', async () => {
    expect(await refusal(emulator, question(user('Hi', { modelId: 'gpt-4' })))).toMatchObject({
      status: 400,
      reason: 'INVALID_MODEL_ID',
    });
    const hidden = { modelId: 'CLAUDE_3_7_SONNET_20250219_V1_0' };
    expect(await text(question(user('Hi', hidden)))).toContain('Hi');
  });

  it('because it is too long for the model', async () => {
    const overflow = { status: 400, reason: 'CONTENT_LENGTH_EXCEEDS_THRESHOLD', message: 'Input is too long.' };
    expect(await refusal(emulator, question(user('word '.repeat(170_000))))).toMatchObject(overflow);
    const small = await startEmulator({ limits: { inputTokens: 300 } });
    small.next(['scripted']);
    expect(await refusal(small, question(user('x'.repeat(1200))))).toMatchObject(overflow);
    expect(await readText(await ask(small, { body: question(user('Hi')) }))).toBe('scripted');
    expect(small.violations).toEqual([]);
    await small.close();
  });

  it('because its body is too large', async () => {
    const small = await startEmulator({ limits: { body: 2000 } });
    expect(await refusal(small, question(user('x'.repeat(2000))))).toMatchObject({ status: 400, reason: null });
    expect(small.violations).toEqual([]);
    await small.close();
  });
});
