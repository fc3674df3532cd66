import { describe, expect, it } from 'vitest';
import { hasFinder, loadTools } from '../../../src/kiro/rules/deferred-tools.ts';
import { assistant, call, chatOf, result, tool, user } from '../support/chat.ts';

const deferred = (name: string) => tool(name, { deferred: true });
const names = (tools: readonly { readonly name: string }[]): readonly string[] => tools.map(({ name }) => name);

describe('deferred tools', () => {
  const tools = [deferred('a'), tool('b'), deferred('c'), deferred('d'), tool('e')];

  it('are held back', () => {
    const { tools: loaded, held } = loadTools(chatOf([user('go')], { tools }));
    expect(names(loaded)).toEqual(['b', 'e']);
    expect(names(held)).toEqual(['a', 'c', 'd']);
  });

  it('are declared once they were found or called, in that order and after the others', () => {
    const messages = [
      user('go'),
      assistant(call('1', 'ToolSearch'), call('2', 'd')),
      user(result('1', { type: 'tool-reference', name: 'a' }, { type: 'tool-reference', name: 'unknown' })),
    ];
    const { tools: loaded, held } = loadTools(chatOf(messages, { tools }));
    expect(names(loaded)).toEqual(['b', 'e', 'd', 'a']);
    expect(names(held)).toEqual(['c']);
  });

  it('are declared when they are to be called', () => {
    const { tools: loaded } = loadTools(chatOf([user('go')], { tools, toolChoice: { type: 'tool', name: 'c' } }));
    expect(names(loaded)).toEqual(['b', 'e', 'c']);
  });

  it('are the client’s to find where it has a tool for that', () => {
    expect(hasFinder([tool('ToolSearch')], [])).toBe(true);
    expect(hasFinder([tool('mcp__x__search_tools')], [])).toBe(true);
    expect(hasFinder([tool('web_search_tool'), tool('read')], [])).toBe(false);
    const found = result('1', 'Found:', { type: 'tool-reference', name: 'a' });
    expect(hasFinder([tool('lookup')], [user(found)])).toBe(true);
    expect(hasFinder([tool('lookup')], [user(result('1', 'Nothing.'))])).toBe(false);
  });
});
