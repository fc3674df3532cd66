import { describe, expect, it } from 'vitest';
import { describeTools } from '../../../src/kiro/rules/tool-descriptions.ts';
import { tool } from '../support/chat.ts';
import { draftOf } from '../support/drafts.ts';

describe('descriptions of tools', () => {
  it('stay where they fit', () => {
    const draft = draftOf({ tools: [tool('a', { description: 'x'.repeat(10_000) })] });
    expect(describeTools(draft, 10_000)).toBe(draft);
  });

  it('move to the system text when they are too long, with a pointer left behind', () => {
    const long = 'x'.repeat(10_001);
    const { tools, system } = describeTools(
      draftOf({ system: ['Be kind.'], tools: [tool('a', { description: long })] }),
      10_000,
    );
    expect(system).toEqual(['Be kind.', `## Tool: a\n\n${long}`]);
    expect(tools[0]?.description).toBe('The full description is in the instructions, under "## Tool: a".');
  });

  it('never stay longer than the service takes, whatever the setting says', () => {
    const draft = draftOf({ tools: [tool('a', { description: 'x'.repeat(10_241) })] });
    expect(describeTools(draft, 50_000).system).toHaveLength(1);
    expect(describeTools(draft, 0).tools[0]?.description.length).toBeLessThan(200);
  });

  it('name the tool where there is none', () => {
    const { tools } = describeTools(
      draftOf({ tools: [tool('a', { description: '' }), tool('b', { description: ' \n' })] }),
      10_000,
    );
    expect(tools.map(({ description }) => description)).toEqual(['Tool: a', 'Tool: b']);
  });

  it('do not change a second time', () => {
    const once = describeTools(
      draftOf({ tools: [tool('a', { description: 'x'.repeat(9000) }), tool('b', { description: '' })] }),
      300,
    );
    expect(describeTools(once, 300)).toBe(once);
  });
});
