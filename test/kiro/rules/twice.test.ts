import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rulesFor } from '../../../src/kiro/question.ts';
import type { Draft } from '../../../src/kiro/rules/draft.ts';
import { flattenTools } from '../../../src/kiro/rules/flatten.ts';
import { checkImages } from '../../../src/kiro/rules/images.ts';
import { dropBillingHeaders } from '../../../src/kiro/rules/system-text.ts';
import { gatherTurns } from '../../../src/kiro/rules/turns.ts';
import { planTools } from '../../../src/kiro/tool-plan.ts';
import { conversation } from '../support/conversations.ts';

const target = { modelId: 'model-1' };

describe('the rules of the service', () => {
  it('change nothing when they are applied twice, each alone and all together', () => {
    fc.assert(
      fc.property(conversation, chat => {
        const plan = planTools(chat);
        const { system, turns } = gatherTurns(chat.messages, { modelId: 'model-1', searchTool: 'web_search' });
        const start: Draft = {
          system,
          turns,
          tools: plan.tools,
          asides: ['aside'],
          tags: 'tags',
          clientNames: new Map(),
        };
        const rules = rulesFor(plan, target);
        let draft = start;
        for (const rule of rules) {
          draft = rule(draft);
          expect(rule(draft)).toEqual(draft);
        }
        expect(rules.reduce((before, rule) => rule(before), draft)).toEqual(draft);
      }),
      { numRuns: 150 },
    );
  });

  it('change nothing in messages when they are applied twice', () => {
    fc.assert(
      fc.property(conversation, ({ messages }) => {
        for (const rule of [flattenTools, dropBillingHeaders, (all: typeof messages) => checkImages(all, true)]) {
          const once = rule(messages);
          expect(rule(once)).toBe(once);
        }
      }),
      { numRuns: 150 },
    );
  });
});
