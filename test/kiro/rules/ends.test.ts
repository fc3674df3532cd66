import { describe, expect, it } from 'vitest';
import { placeAsides } from '../../../src/kiro/rules/asides.ts';
import { endWithUser, startWithUser } from '../../../src/kiro/rules/ends.ts';
import { assistantTurn, draftOf, turnResult, userTurn } from '../support/drafts.ts';

describe('the ends of a conversation', () => {
  it('are the user’s, and stay as they are then', () => {
    const draft = draftOf({ turns: [userTurn('a'), assistantTurn('b'), userTurn('c')] });
    expect(startWithUser(draft)).toBe(draft);
    expect(endWithUser(draft)).toBe(draft);
  });

  it('get a turn of the user before the assistant’s first', () => {
    const once = startWithUser(draftOf({ turns: [assistantTurn('Hello!'), userTurn('a')] }));
    expect(once.turns).toEqual([userTurn('(The conversation starts here.)'), assistantTurn('Hello!'), userTurn('a')]);
    expect(startWithUser(once)).toBe(once);
    expect(startWithUser(draftOf()).turns).toHaveLength(1);
  });

  it('ask to go on where the assistant’s answer was begun', () => {
    const once = endWithUser(draftOf({ turns: [userTurn('List them.'), assistantTurn('1. ')] }));
    expect(once.turns.slice(0, 2)).toEqual([userTurn('List them.'), assistantTurn('1. ')]);
    expect(once.turns[2]?.text).toMatch(
      /^Your last message is only the beginning of your answer\. Continue it exactly/,
    );
    expect(endWithUser(once)).toBe(once);
  });
});

describe('what is said for one answer only', () => {
  it('stands before the text of the current turn', () => {
    const once = placeAsides(draftOf({ asides: ['Call a tool.'], tags: '<tags>', turns: [userTurn('Go.')] }));
    expect(once).toEqual(draftOf({ turns: [userTurn('<tags>\n\nCall a tool.\n\nGo.')] }));
    expect(placeAsides(once)).toBe(once);
  });

  it('leaves a turn of tool results without text, and asks for no thinking there', () => {
    const turns = [userTurn('Go.'), assistantTurn('x'), userTurn('', [turnResult('a')])];
    expect(placeAsides(draftOf({ asides: ['Call a tool.'], tags: '<tags>', system: ['s'], turns }))).toEqual(
      draftOf({ system: ['s', 'Call a tool.'], turns }),
    );
  });
});
