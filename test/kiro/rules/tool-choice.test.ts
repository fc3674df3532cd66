import { describe, expect, it } from 'vitest';
import { offerFormat } from '../../../src/kiro/rules/answer-format.ts';
import { chooseTools } from '../../../src/kiro/rules/tool-choice.ts';
import { cleanSchema } from '../../../src/kiro/rules/tool-schemas.ts';
import { assistant, call, chatOf, tool, user } from '../support/chat.ts';

const tools = [tool('a'), tool('b'), tool('c')];

describe('the choice of tools', () => {
  it('is the model’s with auto, and nobody’s with none', () => {
    expect(chooseTools(chatOf([]), tools)).toEqual({ tools, ignored: [] });
    expect(chooseTools(chatOf([], { toolChoice: { type: 'none' } }), tools)).toEqual({ tools: [], ignored: [] });
  });

  it('is told in words when a call is required', () => {
    expect(chooseTools(chatOf([], { toolChoice: { type: 'required' } }), tools)).toMatchObject({
      tools,
      mustCall: {},
      instruction: expect.stringContaining('must call at least one of your tools'),
    });
    expect(chooseTools(chatOf([], { toolChoice: { type: 'required' } }), [])).toEqual({
      tools: [],
      ignored: ['toolChoice'],
    });
  });

  it('leaves only the chosen tool, and those that the conversation called', () => {
    const chat = chatOf([assistant(call('1', 'c'))], { toolChoice: { type: 'tool', name: 'b' } });
    expect(chooseTools(chat, tools)).toMatchObject({
      tools: [tool('b'), tool('c')],
      mustCall: { name: 'b' },
      instruction: expect.stringContaining('must call the tool b'),
    });
  });

  it('refuses a tool that is not declared', () => {
    expect(() => chooseTools(chatOf([user('x')], { toolChoice: { type: 'tool', name: 'z' } }), tools)).toThrow(
      expect.objectContaining({ kind: 'invalid', param: 'tool_choice', message: expect.stringContaining('"z"') }),
    );
  });
});

describe('the format of an answer', () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

  it('is a tool with the schema, whose input is the answer', () => {
    const { tool: offered, format, instruction } = offerFormat({ type: 'json-schema', name: 'x', schema }, 'final');
    expect(offered).toMatchObject({ name: 'final', inputSchema: schema });
    expect(format).toEqual({ tool: 'final', schema });
    expect(instruction).toContain('only by calling the tool final');
    const untyped = { properties: { city: { type: 'string' } } };
    expect(offerFormat({ type: 'json-schema', name: 'x', schema: untyped }, 'final').format).toEqual({
      tool: 'final',
      schema: untyped,
    });
    const text = { type: 'string', properties: {} };
    expect(offerFormat({ type: 'json-schema', name: 'x', schema: text }, 'final').format.member).toBe('answer');
  });

  it('stands in a member where the schema is not that of an object, and its references still lead there', () => {
    const list = { type: 'array', items: { $ref: '#/$defs/city' }, $defs: { city: { type: 'string' } } };
    const { tool: offered, format } = offerFormat({ type: 'json-schema', name: 'x', schema: list }, 'final');
    expect(format).toEqual({ tool: 'final', member: 'answer', schema: list });
    expect(cleanSchema(offered.inputSchema)).toEqual({
      type: 'object',
      properties: { answer: { type: 'array', items: { type: 'string' } } },
      required: ['answer'],
    });
  });

  it('is any object where only JSON was asked for', () => {
    const { tool: offered, format } = offerFormat({ type: 'json-object' }, 'final');
    expect(format).toEqual({ tool: 'final', member: 'answer' });
    expect(offered.inputSchema).toMatchObject({ properties: { answer: { type: 'object' } }, required: ['answer'] });
  });
});
