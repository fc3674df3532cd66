import { assistant, question, result, tool, toolTurn, use, user } from '../request.ts';
import { type Broken, current, type Right, testRules } from './rule-tests.ts';

const broken: readonly Broken[] = [
  [
    '2.1.11',
    'half a character in the name of a member',
    toolTurn(use('t1', 'read', { 'a\udc00': 1 })),
    'conversationState.history[1].assistantResponseMessage.toolUses[0].input',
  ],
  [
    '2.1.1',
    'a history that starts with the assistant',
    question(user('Hi'), [assistant('Hello'), user('Hi')]),
    'conversationState.history[0].assistantResponseMessage',
  ],
  ['2.1.1', 'two user messages in a row', question(user('Hi'), [user('Hi')]), current],
  [
    '2.1.1',
    'two assistant messages in a row',
    question(user('Hi'), [user('Hi'), assistant('a'), assistant('b')]),
    'conversationState.history[2].assistantResponseMessage',
  ],
  ['2.1.2', 'a message of nothing', question(user('')), `${current}.content`],
  ['2.1.2', 'a message of blanks', question(user(' \n')), `${current}.content`],
  [
    '2.1.2',
    'filler in a turn of tool results',
    {
      ...toolTurn(),
      ...question(
        user('Tool results provided.', { userInputMessageContext: { tools: [tool()], toolResults: [result('t1')] } }),
        [user('Read it.'), assistant('', { toolUses: [use('t1')] })],
      ),
    },
    `${current}.content`,
  ],
  [
    '2.1.2',
    'filler in a turn of tool uses',
    question(user('', { userInputMessageContext: { tools: [tool()], toolResults: [result('t1')] } }), [
      user('Read it.'),
      assistant('(empty)', { toolUses: [use('t1')] }),
    ]),
    'conversationState.history[1].assistantResponseMessage.content',
  ],
  [
    '2.1.3',
    'a tool use without a result',
    question(user('Hi', { userInputMessageContext: { tools: [tool()] } }), [
      user('Read it.'),
      assistant('', { toolUses: [use('t1')] }),
    ]),
    'conversationState.history[1].assistantResponseMessage.toolUses[0]',
    'TOOL_USE_RESULT_MISMATCH',
  ],
  [
    '2.1.3',
    'a result for another tool use',
    toolTurn(use('t1'), result('t2')),
    'conversationState.history[1].assistantResponseMessage.toolUses[0]',
    'TOOL_USE_RESULT_MISMATCH',
  ],
  [
    '2.1.3',
    'a result without a tool use',
    question(user('', { userInputMessageContext: { toolResults: [result('t1')] } })),
    `${current}.userInputMessageContext.toolResults[0]`,
    'TOOL_USE_RESULT_MISMATCH',
  ],
  [
    '2.1.3',
    'two results for one tool use',
    question(user('', { userInputMessageContext: { tools: [tool()], toolResults: [result('t1'), result('t1')] } }), [
      user('Read it.'),
      assistant('', { toolUses: [use('t1')] }),
    ]),
    `${current}.userInputMessageContext.toolResults[1]`,
    'TOOL_USE_RESULT_MISMATCH',
  ],
  [
    '2.1.11',
    'a result without content',
    toolTurn(use('t1'), { ...result('t1'), content: [] }),
    `${current}.userInputMessageContext.toolResults[0].content`,
  ],
  ['2.1.11', 'half a character', question(user('\ud83d')), `${current}.content`],
  [
    '2.1.11',
    'half a character in a tool input',
    toolTurn(use('t1', 'read', { path: 'a\udc00' })),
    'conversationState.history[1].assistantResponseMessage.toolUses[0].input.path',
  ],
  [
    '2.2',
    "the client's billing header",
    question(user('x-anthropic-billing-header: cc_version=2.1\n\nHi')),
    `${current}.content`,
  ],
];

const right: readonly Right[] = [
  ['a text that only looks like half a character', question(user('\\ud83d'))],
  ['a tool turn', toolTurn()],
  [
    'typed text beside tool results',
    question(user('And now?', { userInputMessageContext: { tools: [tool()], toolResults: [result('t1')] } }), [
      user('Read it.'),
      assistant('', { toolUses: [use('t1')] }),
    ]),
  ],
  [
    'text beside tool uses',
    question(user('', { userInputMessageContext: { tools: [tool()], toolResults: [result('t1')] } }), [
      user('Read it.'),
      assistant('I will.', { toolUses: [use('t1')] }),
    ]),
  ],
  [
    'a result of JSON and an empty text',
    toolTurn(use('t1', 'read', { path: null }), {
      toolUseId: 't1',
      status: 'error',
      content: [{ json: {} }, { text: '' }],
    }),
  ],
  ['whole characters beyond the first plane', question(user('👍 \\ud83d'))],
];

testRules(broken, right);
