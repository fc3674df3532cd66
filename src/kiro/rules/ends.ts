import type { Draft, UserTurn } from './draft.ts';

/** The conversation starts with the user, and has a message in any case. */
export function startWithUser(draft: Draft): Draft {
  return draft.turns[0]?.role === 'user' ? draft : { ...draft, turns: [userTurn(start), ...draft.turns] };
}

/** What is asked now is the user's: after a beginning of the assistant, that it be continued. */
export function endWithUser(draft: Draft): Draft {
  return draft.turns.at(-1)?.role === 'assistant' ? { ...draft, turns: [...draft.turns, userTurn(goOn)] } : draft;
}

function userTurn(text: string): UserTurn {
  return { role: 'user', text, images: [], results: [], from: [] };
}

const start = '(The conversation starts here.)';
const goOn =
  'Your last message is only the beginning of your answer. Continue it exactly where it stops, in the middle of the ' +
  'sentence if need be, without repeating any of it and without saying anything about this.';
