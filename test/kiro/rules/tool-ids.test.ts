import { describe, expect, it } from 'vitest';
import { mapToolIds } from '../../../src/kiro/rules/tool-ids.ts';
import { assistantTurn, draftOf, turnCall, turnResult, userTurn } from '../support/drafts.ts';

const valid = /^[A-Za-z0-9_-]{1,64}$/;
const idsOf = (draft: ReturnType<typeof draftOf>): readonly (readonly string[])[] =>
  draft.turns.map(turn => (turn.role === 'user' ? turn.results : turn.calls).map(({ id }) => id));

describe('ids of calls', () => {
  it('stay as they are where the service takes them', () => {
    const draft = draftOf({
      turns: [
        assistantTurn('', [turnCall('toolu_01-A'), turnCall('x'.repeat(64))]),
        userTurn('', [turnResult('toolu_01-A')]),
      ],
    });
    expect(mapToolIds(draft)).toBe(draft);
  });

  it('become valid, the same for the call and its result, and always the same', () => {
    const draft = draftOf({
      turns: [
        assistantTurn('', [turnCall('call/1'), turnCall('y'.repeat(65)), turnCall(''), turnCall('漢')]),
        userTurn(
          '',
          ['漢', '', 'call/1', 'y'.repeat(65)].map(id => turnResult(id, id)),
        ),
      ],
    });
    const [calls = [], results = []] = idsOf(mapToolIds(draft));
    expect(new Set(calls).size).toBe(4);
    for (const id of calls) expect(id).toMatch(valid);
    expect(results).toEqual([calls[3], calls[2], calls[0], calls[1]]);
    expect(idsOf(mapToolIds(draft))).toEqual([calls, results]);
  });

  it('differ in every turn, also where a client counts anew', () => {
    const turn = [assistantTurn('', [turnCall('call_0')]), userTurn('', [turnResult('call_0', 'ok')])];
    const [first, answered, second, answeredAgain] = idsOf(mapToolIds(draftOf({ turns: [...turn, ...turn] })));
    expect(first).toEqual(['call_0']);
    expect(answered).toEqual(first);
    expect(second).not.toEqual(first);
    expect(answeredAgain).toEqual(second);
  });

  it('part two calls of one id in one turn, their results in order', () => {
    const draft = draftOf({
      turns: [
        assistantTurn('', [turnCall('a'), turnCall('a')]),
        userTurn('', [turnResult('a', '1'), turnResult('a', '2'), turnResult('a', '3')]),
      ],
    });
    const [calls = [], results = []] = idsOf(mapToolIds(draft));
    expect(calls[0]).toBe('a');
    expect(calls[1]).not.toBe('a');
    expect(results).toEqual([calls[0], calls[1], calls[1]]);
  });

  it('do not change a second time, nor when the conversation goes on', () => {
    const turns = [assistantTurn('', [turnCall('a b'), turnCall('a b')]), userTurn('', [turnResult('a b', '1')])];
    const once = mapToolIds(draftOf({ turns }));
    expect(mapToolIds(once)).toEqual(once);
    const longer = mapToolIds(draftOf({ turns: [...turns, assistantTurn('', [turnCall('a b')])] }));
    expect(idsOf(longer).slice(0, 2)).toEqual(idsOf(once));
  });
});
