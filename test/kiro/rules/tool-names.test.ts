import { describe, expect, it } from 'vitest';
import { nameTools } from '../../../src/kiro/rules/tool-names.ts';
import { tool } from '../support/chat.ts';
import { assistantTurn, draftOf, turnCall } from '../support/drafts.ts';

const valid = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;
const namesOf = (draft: ReturnType<typeof draftOf>): readonly string[] => draft.tools.map(({ name }) => name);

describe('names of tools', () => {
  it('stay as they are where the service takes them', () => {
    const draft = draftOf({ tools: [tool('Read'), tool('read'), tool('mcp__server__do-it'), tool('x'.repeat(64))] });
    expect(nameTools(draft)).toBe(draft);
  });

  it('become valid aliases that lead back to the client’s names', () => {
    const odd = ['mcp.server/tool', '1st', '', '漢字', 'x'.repeat(65), '_private', '\ud800'];
    const named = nameTools(draftOf({ tools: odd.map(name => tool(name)) }));
    for (const name of namesOf(named)) expect(name).toMatch(valid);
    expect(new Set(namesOf(named)).size).toBe(odd.length);
    expect(namesOf(named).map(name => named.clientNames.get(name))).toEqual(odd);
    expect(namesOf(named)[0]).toMatch(/^mcp_server_tool_[0-9a-f]{8}$/);
  });

  it('are the same whatever else is declared', () => {
    const [alone] = namesOf(nameTools(draftOf({ tools: [tool('a.b')] })));
    expect(namesOf(nameTools(draftOf({ tools: [tool('a/b'), tool('a_b'), tool('a.b')] })))).toContain(alone);
  });

  it('change in the calls of the conversation, too', () => {
    const named = nameTools(draftOf({ tools: [tool('a.b')], turns: [assistantTurn('', [turnCall('1', 'a.b')])] }));
    expect(named.turns).toEqual([assistantTurn('', [turnCall('1', namesOf(named)[0])])]);
  });

  it('are told apart where two tools have one, and a tool declared twice is declared once', () => {
    const named = nameTools(draftOf({ tools: [tool('run'), tool('run'), tool('run', { description: 'Another.' })] }));
    expect(named.tools).toHaveLength(2);
    expect(namesOf(named)[0]).toBe('run');
    expect(named.clientNames.get(namesOf(named)[1] ?? '')).toBe('run');
  });

  it('do not change a second time', () => {
    const once = nameTools(draftOf({ tools: [tool('a.b'), tool('run'), tool('run', { description: 'Another.' })] }));
    expect(nameTools(once)).toEqual(once);
  });
});
