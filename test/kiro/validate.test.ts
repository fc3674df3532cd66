import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/chat.ts';
import { writeQuestion } from '../../src/kiro/question.ts';
import { describeFindings, validateQuestion } from '../../src/kiro/validate.ts';
import { assistant, call, chatOf, image, png, result, tool, user } from './support/chat.ts';

type Writable = { [key: string]: Writable } & Writable[] & string;

/** The findings in a question that was right before it was changed. */
function findingsAfter(change: (state: Writable, body: Writable) => void): readonly (readonly [string, string])[] {
  const question = writeQuestion(
    chatOf(
      [
        user('Go.', image(png)),
        assistant('Reading.', call('t1', 'read', { path: '/a' })),
        user(result('t1', 'data')),
        assistant('Done.'),
        user('More.'),
      ],
      { tools: [tool('read')] },
    ),
    { modelId: 'model-1' },
  );
  expect(validateQuestion(question.body)).toEqual([]);
  const body = structuredClone(question.body) as unknown as Writable;
  change(body['conversationState'] as Writable, body);
  return validateQuestion(body as unknown as JsonObject).map(({ path, rule }) => [rule, path] as const);
}

const historyUser = (state: Writable, index: number): Writable =>
  state['history']?.[index]?.['userInputMessage'] as Writable;
const historyAssistant = (state: Writable, index: number): Writable =>
  state['history']?.[index]?.['assistantResponseMessage'] as Writable;
const current = (state: Writable): Writable => state['currentMessage']?.['userInputMessage'] as Writable;
const specification = (state: Writable): Writable =>
  current(state)['userInputMessageContext']?.['tools']?.[0]?.['toolSpecification'] as Writable;
const set = (holder: Writable | undefined, name: string, value: unknown): void => {
  (holder as unknown as Record<string, unknown>)[name] = value;
};

describe('the validator', () => {
  it('finds turns that do not alternate, and a last one that is not the user’s', () => {
    expect(findingsAfter(state => state['history']?.splice(3, 1))).toContainEqual([
      '2.1.1',
      'currentMessage.userInputMessage',
    ]);
    expect(
      findingsAfter(state => set(state, 'currentMessage', { assistantResponseMessage: { content: 'x' } })),
    ).toContainEqual(['2.1.1', 'currentMessage.assistantResponseMessage']);
  });

  it('finds messages that say nothing', () => {
    const path = 'history[3].assistantResponseMessage.content';
    expect(findingsAfter(state => set(historyAssistant(state, 3), 'content', ' '))).toEqual([['2.1.2', path]]);
    expect(findingsAfter(state => set(historyAssistant(state, 3), 'content', 5))).toEqual([['2.1.2', path]]);
    expect(findingsAfter(state => set(historyUser(state, 0), 'content', ''))).toEqual([]);
  });

  it('finds calls without results, results without calls, and two results of one call', () => {
    const results = (state: Writable): Writable =>
      historyUser(state, 2)['userInputMessageContext']?.['toolResults'] as Writable;
    const place = 'history[2].userInputMessage.userInputMessageContext.toolResults';
    expect(findingsAfter(state => set(results(state)[0], 'toolUseId', 'other'))).toEqual([
      ['2.1.3', 'history[1].assistantResponseMessage.toolUses[0]'],
      ['2.1.3', `${place}[0]`],
    ]);
    expect(findingsAfter(state => results(state).push(structuredClone(results(state)[0]) as Writable))).toEqual([
      ['2.1.3', `${place}[1]`],
    ]);
  });

  it('finds calls of tools that are not declared', () => {
    expect(findingsAfter(state => set(current(state), 'userInputMessageContext', undefined))).toEqual([
      ['2.1.4', 'history[1].assistantResponseMessage.toolUses[0].name'],
    ]);
  });

  it('finds names, ids and descriptions that the service refuses', () => {
    const tools = 'currentMessage.userInputMessage.userInputMessageContext.tools';
    expect(findingsAfter(state => set(specification(state), 'name', 're.ad'))).toContainEqual([
      '2.1.5',
      `${tools}[0].toolSpecification.name`,
    ]);
    const double = (state: Writable): unknown =>
      current(state)['userInputMessageContext']?.['tools']?.push(
        structuredClone({ toolSpecification: specification(state) }) as unknown as Writable,
      );
    expect(findingsAfter(double)).toEqual([['2.1.5', `${tools}[1].toolSpecification.name`]]);
    for (const description of ['', 'x'.repeat(10_241)]) {
      expect(findingsAfter(state => set(specification(state), 'description', description))).toEqual([
        ['2.1.7', `${tools}[0].toolSpecification.description`],
      ]);
    }
    const uses = (state: Writable): Writable => historyAssistant(state, 1)['toolUses'] as Writable;
    const id = 'history[1].assistantResponseMessage.toolUses';
    expect(findingsAfter(state => set(uses(state)[0], 'toolUseId', 'a/b'))).toContainEqual([
      '2.1.6',
      `${id}[0].toolUseId`,
    ]);
    expect(findingsAfter(state => uses(state).push(structuredClone(uses(state)[0]) as Writable))).toContainEqual([
      '2.1.6',
      `${id}[1].toolUseId`,
    ]);
  });

  it('finds keywords of schemas that the service refuses, and not properties of their names', () => {
    const path = 'currentMessage.userInputMessage.userInputMessageContext.tools[0].toolSpecification.inputSchema.json';
    const after = (json: unknown) => findingsAfter(state => set(specification(state)['inputSchema'], 'json', json));
    expect(after({ type: 'string' })).toEqual([['2.1.8', `${path}.type`]]);
    expect(after({ type: 'object', anyOf: [{ $ref: '#' }] })).toEqual([
      ['2.1.8', `${path}.anyOf`],
      ['2.1.8', `${path}.anyOf[0].$ref`],
    ]);
    expect(after({ type: 'object', properties: { a: { items: { required: [] } } } })).toEqual([
      ['2.1.8', `${path}.properties.a.items.required`],
    ]);
    for (const [keyword, value] of Object.entries({
      strict: true,
      additionalProperties: false,
      $schema: 'x',
      $defs: {},
    })) {
      expect(after({ type: 'object', properties: { a: { [keyword]: value } } })).toEqual([
        ['2.1.8', `${path}.properties.a.${keyword}`],
      ]);
    }
    expect(after({ type: 'object', properties: { required: {}, $ref: {}, additionalProperties: {} } })).toEqual([]);
  });

  it('finds images of another format, too large ones, and too many', () => {
    const images = (state: Writable): Writable => historyUser(state, 0)['images'] as Writable;
    const path = 'history[0].userInputMessage.images';
    expect(findingsAfter(state => set(images(state)[0], 'format', 'jpeg'))).toEqual([['2.1.9', `${path}[0]`]]);
    expect(findingsAfter(state => set(images(state)[0]?.['source'], 'bytes', png + 'A'.repeat(5_300_000)))).toEqual([
      ['2.1.9', `${path}[0]`],
    ]);
    expect(
      findingsAfter(state =>
        set(
          historyUser(state, 0),
          'images',
          Array.from({ length: 12 }, () => images(state)[0]),
        ),
      ),
    ).toEqual([['2.1.9', `${path}[10]`]]);
  });

  it('finds results without content, half characters, and members that should not be there', () => {
    const results = (state: Writable): Writable =>
      historyUser(state, 2)['userInputMessageContext']?.['toolResults'] as Writable;
    const place = 'history[2].userInputMessage.userInputMessageContext.toolResults[0]';
    expect(findingsAfter(state => set(results(state)[0], 'content', []))).toEqual([['2.1.11', `${place}.content`]]);
    expect(findingsAfter(state => set(results(state)[0], 'status', 'ok'))).toEqual([['2.1.11', `${place}.status`]]);
    expect(findingsAfter(state => set(current(state), 'content', 'a\ud83d'))).toEqual([
      ['2.1.11', 'conversationState.currentMessage.userInputMessage.content'],
    ]);
    expect(findingsAfter(state => set(current(state), 'images', []))).toEqual([
      ['2', 'currentMessage.userInputMessage.images'],
    ]);
    expect(findingsAfter(state => set(current(state), 'modelId', ''))).toEqual([
      ['2', 'currentMessage.userInputMessage.modelId'],
    ]);
    expect(findingsAfter(state => set(state, 'conversationId', 'x'.repeat(129)))).toEqual([
      ['2', 'conversationState.conversationId'],
    ]);
    expect(findingsAfter(state => set(state, 'chatTriggerType', 'AUTO'))).toEqual([
      ['2', 'conversationState.chatTriggerType'],
    ]);
  });

  it('reads any body at all', () => {
    for (const body of [
      {},
      { conversationState: null },
      { conversationState: { history: [null, 5, {}], currentMessage: [] } },
    ]) {
      expect(validateQuestion(body as JsonObject).length).toBeGreaterThan(0);
    }
  });

  it('says in words what it found, and in which of the client’s messages', () => {
    const findings = [
      { path: 'history[1].x', rule: '2.1.3', message: 'the call t1 has no result', turn: 1 },
      { path: 'history[2].y', rule: '2.1.2', message: 'must not be empty', turn: 2 },
      { path: 'tools[0]', rule: '2.1.5', message: 'is no name' },
      { path: 'tools[1]', rule: '2.1.5', message: 'is no name' },
    ];
    expect(describeFindings(findings, [[], ['messages[3]'], ['messages[4]', 'messages[5]', 'messages[6]']])).toBe(
      'messages[3] (history[1].x): the call t1 has no result (rule 2.1.3); ' +
        'messages[4] to messages[6] (history[2].y): must not be empty (rule 2.1.2); ' +
        'tools[0]: is no name (rule 2.1.5); and 1 more',
    );
    expect(describeFindings(findings.slice(2, 3))).toBe('tools[0]: is no name (rule 2.1.5)');
  });
});
