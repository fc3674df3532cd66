import { describe, expect, it } from 'vitest';
import { declareUsedTools } from '../../../src/kiro/rules/used-tools.ts';
import { tool } from '../support/chat.ts';
import { assistantTurn, draftOf, turnCall } from '../support/drafts.ts';

describe('tools that were called and are not declared', () => {
  it('are declared once, after all others, as not to be called', () => {
    const draft = draftOf({
      tools: [tool('read')],
      turns: [
        assistantTurn('', [turnCall('1', 'gone'), turnCall('2', 'read')]),
        assistantTurn('', [turnCall('3', 'gone')]),
      ],
    });
    const once = declareUsedTools(draft);
    expect(once.tools.map(({ name }) => name)).toEqual(['read', 'gone']);
    expect(once.tools[1]).toMatchObject({
      description: expect.stringContaining('not available any more'),
      inputSchema: { type: 'object' },
    });
    expect(declareUsedTools(once)).toBe(once);
  });
});
