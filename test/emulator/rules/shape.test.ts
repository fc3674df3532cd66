import { assistant, question, result, tool, toolTurn, use, user } from '../request.ts';
import { type Broken, current, type Right, testRules } from './rule-tests.ts';

const withTools = (...tools: object[]) => question(user('Go.', { userInputMessageContext: { tools } }));
const withState = (members: object) => ({
  ...question(user('Hi')),
  conversationState: { ...(question(user('Hi'))['conversationState'] as object), ...members },
});
const withReasoning = (reasoningContent: object) =>
  question(user('Go on.'), [user('Hi'), assistant('Hello', { reasoningContent })]);
const image = (format: string, bytes: string) => ({ format, source: { bytes } });
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('base64');

const broken: readonly Broken[] = [
  ['2', 'a number for a text', question(user(5 as never)), `${current}.content`],
  ['2', 'a member that nobody knows', question(user('Hi', { temperature: 1 })), `${current}.temperature`],
  ['2', 'a system prompt member', { ...question(user('Hi')), system: 'Be kind' }, 'system'],
  ['2', 'a null', question(user('Hi', { images: null })), `${current}.images`],
  ['2', 'an empty history', withState({ history: [] }), 'conversationState.history'],
  [
    '2',
    'an empty context',
    question(user('Hi', { userInputMessageContext: {} })),
    `${current}.userInputMessageContext`,
  ],
  ['2', 'an empty list of tools', withTools(), `${current}.userInputMessageContext.tools`],
  ['2', 'empty fields', question(user('Hi'), [], { additionalModelRequestFields: {} }), 'additionalModelRequestFields'],
  ['2', 'no conversation id', withState({ conversationId: '' }), 'conversationState.conversationId'],
  [
    '2',
    'a conversation id that is too long',
    withState({ conversationId: 'x'.repeat(129) }),
    'conversationState.conversationId',
  ],
  [
    '2',
    'a continuation id that is no UUID',
    withState({ agentContinuationId: '1' }),
    'conversationState.agentContinuationId',
  ],
  ['2', 'another task type', withState({ agentTaskType: 'spec' }), 'conversationState.agentTaskType'],
  ['2', 'the AUTO trigger', withState({ chatTriggerType: 'AUTO' }), 'conversationState.chatTriggerType'],
  ['2', 'another origin', question(user('Hi', { origin: 'CLI' })), `${current}.origin`],
  ['2', 'a message without a model', question(user('Hi', { modelId: '' })), `${current}.modelId`],
  [
    '2',
    'tools in the history',
    question(user('Hi'), [user('Hi', { userInputMessageContext: { tools: [tool()] } }), assistant('Hello')]),
    'conversationState.history[0].userInputMessage.userInputMessageContext.tools',
  ],
  [
    '2',
    'a tool input that is a string',
    toolTurn(use('t1', 'read', '{}' as never)),
    'conversationState.history[1].assistantResponseMessage.toolUses[0].input',
  ],
  [
    '2',
    'another status of a result',
    toolTurn(use('t1'), { ...result('t1'), status: 'ok' }),
    `${current}.userInputMessageContext.toolResults[0].status`,
  ],
  [
    '2',
    'an image inside a tool result',
    toolTurn(use('t1'), { ...result('t1'), content: [{ image: image('png', png) }] }),
    `${current}.userInputMessageContext.toolResults[0].content[0]`,
  ],
  [
    '2',
    'reasoning that is not nested',
    withReasoning({ text: 'Hm', signature: 's' }),
    'conversationState.history[1].assistantResponseMessage.reasoningContent',
  ],
  [
    '2',
    'reasoning without a signature',
    withReasoning({ reasoningText: { text: 'Hm' } }),
    'conversationState.history[1].assistantResponseMessage.reasoningContent.reasoningText.signature',
  ],
  ['2', 'a body that is no object', '[]', ''],
  ['2', 'a body that is no JSON', '{', ''],
];

const right: readonly Right[] = [
  ['plain text', question(user('Hi'))],
  ['a longest conversation id', withState({ conversationId: 'x'.repeat(128) })],
  ['a history', question(user('Hi'), [user('Hi'), assistant('Hello')])],
  ['signed reasoning', withReasoning({ reasoningText: { text: 'Hm', signature: 'signed elsewhere' } })],
  ['redacted reasoning', withReasoning({ redactedContent: 'AAAA' })],
];

testRules(broken, right);
