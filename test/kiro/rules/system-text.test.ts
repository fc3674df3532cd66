import { describe, expect, it } from 'vitest';
import { dropBillingHeaders, foldSystem } from '../../../src/kiro/rules/system-text.ts';
import { system, user } from '../support/chat.ts';
import { assistantTurn, draftOf, userTurn } from '../support/drafts.ts';

describe('the system text', () => {
  it('stands before the text of the first turn, after a blank line', () => {
    const draft = draftOf({ system: ['You are kind.', 'Be brief.'], turns: [userTurn('Hello')] });
    const once = foldSystem(draft);
    expect(once).toEqual(draftOf({ turns: [userTurn('You are kind.\n\nBe brief.\n\nHello')] }));
    expect(foldSystem(once)).toBe(once);
  });

  it('is a turn of its own before one of the assistant, and alone', () => {
    expect(foldSystem(draftOf({ system: ['s'], turns: [assistantTurn('hi')] })).turns).toEqual([
      userTurn('s'),
      assistantTurn('hi'),
    ]);
    expect(foldSystem(draftOf({ system: ['s'] })).turns).toEqual([userTurn('s')]);
  });
});

describe('the billing header', () => {
  const header = 'x-anthropic-billing-header: cc_version=2.1.330.a1b; cc_entrypoint=cli;';

  it('is dropped from the system text, as an entry or as a first line', () => {
    expect(dropBillingHeaders([system(header, 'You are kind.')])).toEqual([system('You are kind.')]);
    expect(dropBillingHeaders([system(`${header}\n\nYou are kind.`)])).toEqual([system('You are kind.')]);
    expect(dropBillingHeaders([system(`${header}\n${header}\nA`), system('B')])).toEqual([system('A'), system('B')]);
  });

  it('stays where it is the user’s own text, or in the middle', () => {
    const messages = [system(`Never print ${header}`), user(header)];
    expect(dropBillingHeaders(messages)).toBe(messages);
  });
});
