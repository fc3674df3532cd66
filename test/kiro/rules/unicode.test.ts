import { describe, expect, it } from 'vitest';
import { ChatError } from '../../../src/core/errors.ts';
import { repairJson, repairUnicode } from '../../../src/kiro/rules/unicode.ts';
import { tool } from '../support/chat.ts';
import { assistantTurn, draftOf, turnResult, userTurn } from '../support/drafts.ts';

describe('strings', () => {
  it('stay as they are where they are well-formed', () => {
    const draft = draftOf({
      system: ['😀'],
      tools: [tool('a', { description: '漢' })],
      turns: [
        userTurn('é', [turnResult('1', '😀')]),
        {
          ...assistantTurn('x', [{ id: '1', name: 'a', input: { k: ['😀', null, 1] } }]),
          reasoning: { text: 't', signature: 's' },
        },
      ],
    });
    expect(repairUnicode(draft)).toBe(draft);
  });

  it('lose half characters everywhere, also in names of members', () => {
    const bad = 'a\ud83d';
    const repaired = repairUnicode(
      draftOf({
        system: [bad],
        tools: [tool('a', { description: bad })],
        turns: [
          userTurn(bad, [turnResult('1', bad)]),
          {
            ...assistantTurn(bad, [{ id: '1', name: 'a', input: { [bad]: [{ deep: bad }] } }]),
            reasoning: { text: bad, signature: 's' },
          },
        ],
      }),
    );
    const good = 'a\ufffd';
    expect(repaired).toEqual(
      draftOf({
        system: [good],
        tools: [tool('a', { description: good })],
        turns: [
          userTurn(good, [turnResult('1', good)]),
          {
            ...assistantTurn(good, [{ id: '1', name: 'a', input: { [good]: [{ deep: good }] } }]),
            reasoning: { text: good, signature: 's' },
          },
        ],
      }),
    );
  });

  it('keep a member that is called __proto__', () => {
    const input = JSON.parse('{"__proto__":"a\\ud83d"}');
    expect(JSON.stringify(repairJson(input))).toBe('{"__proto__":"a\ufffd"}');
  });

  it('nested too deep are refused in words', () => {
    const deep = JSON.parse(`${'['.repeat(2000)}${']'.repeat(2000)}`);
    expect(() => repairJson({ deep })).toThrow(ChatError);
    expect(() => repairJson({ deep })).toThrow('nested more than 500 levels deep');
  });
});
