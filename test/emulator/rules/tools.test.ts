import { expect, it } from 'vitest';
import { startEmulator } from '../../../src/emulator/emulator.ts';
import { ask, assistant, question, result, tool, toolTurn, use, user } from '../request.ts';
import { type Broken, current, type Right, testRules } from './rule-tests.ts';

const withTools = (...tools: object[]) => question(user('Go.', { userInputMessageContext: { tools } }));

const broken: readonly Broken[] = [
  [
    '2.1.4',
    'tool uses without any tools',
    toolTurn(use('t1'), result('t1'), []),
    'conversationState.history[1].assistantResponseMessage.toolUses[0].name',
    'TOOL_CONFIG_MISSING',
  ],
  [
    '2.1.4',
    'a used tool that is not declared',
    toolTurn(use('t1', 'write')),
    'conversationState.history[1].assistantResponseMessage.toolUses[0].name',
    'TOOL_CONFIG_MISSING',
  ],
  [
    '2.1.5',
    'a tool name with a dot',
    withTools(tool('files.read')),
    `${current}.userInputMessageContext.tools[0].toolSpecification.name`,
    'REQUEST_BODY_INVALID',
  ],
  [
    '2.1.5',
    'a tool name of 65 characters',
    withTools(tool('x'.repeat(65))),
    `${current}.userInputMessageContext.tools[0].toolSpecification.name`,
    'REQUEST_BODY_INVALID',
  ],
  [
    '2.1.5',
    'a tool name that starts with a digit',
    withTools(tool('1read')),
    `${current}.userInputMessageContext.tools[0].toolSpecification.name`,
    'REQUEST_BODY_INVALID',
  ],
  [
    '2.1.5',
    'one tool name twice',
    withTools(tool('read'), tool('read')),
    `${current}.userInputMessageContext.tools[1].toolSpecification.name`,
    'TOOL_DUPLICATE',
  ],
  [
    '2.1.6',
    'an id with a colon',
    toolTurn(use('t:1'), result('t:1')),
    'conversationState.history[1].assistantResponseMessage.toolUses[0].toolUseId',
    'REQUEST_BODY_INVALID',
  ],
  [
    '2.1.6',
    'an id of 65 characters',
    toolTurn(use('t'.repeat(65)), result('t'.repeat(65))),
    'conversationState.history[1].assistantResponseMessage.toolUses[0].toolUseId',
    'REQUEST_BODY_INVALID',
  ],
  [
    '2.1.6',
    'one id in two turns',
    question(user('', { userInputMessageContext: { tools: [tool()], toolResults: [result('t1')] } }), [
      user('Read it.'),
      assistant('', { toolUses: [use('t1')] }),
      user('', { userInputMessageContext: { toolResults: [result('t1')] } }),
      assistant('', { toolUses: [use('t1')] }),
    ]),
    'conversationState.history[3].assistantResponseMessage.toolUses[0].toolUseId',
    'TOOL_DUPLICATE',
  ],
  [
    '2.1.7',
    'an empty description',
    withTools(tool('read', { description: '' })),
    `${current}.userInputMessageContext.tools[0].toolSpecification.description`,
  ],
  [
    '2.1.7',
    'a description of 10241 characters',
    withTools(tool('read', { description: 'x'.repeat(10_241) })),
    `${current}.userInputMessageContext.tools[0].toolSpecification.description`,
  ],
];

const right: readonly Right[] = [
  [
    'an id and a name of 64 characters',
    toolTurn(use('-'.repeat(64), 'x'.repeat(64)), result('-'.repeat(64)), [tool('x'.repeat(64))]),
  ],
  ['a description of 10240 characters', withTools(tool('read', { description: 'x'.repeat(10_240) }))],
];

testRules(broken, right);

it('looks at the names of tool uses too', async () => {
  const emulator = await startEmulator();
  await ask(emulator, { body: toolTurn(use('t1', 'files.read'), result('t1'), [tool('files.read')]) });
  expect(emulator.violations.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
    `2.1.5 ${current}.userInputMessageContext.tools[0].toolSpecification.name`,
    '2.1.5 conversationState.history[1].assistantResponseMessage.toolUses[0].name',
  ]);
  await emulator.close();
});
