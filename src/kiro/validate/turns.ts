import type { JsonObject } from '../../core/chat.ts';
import { type BodyTurn, type Finding, listAt, resultsOf, textAt, turnsOf, usesOf } from './finding.ts';

/** 2.1.1: turns alternate, the first and the last are the user's. */
export function* checkOrder(body: JsonObject): Generator<Finding> {
  for (const { index, path, role } of turnsOf(body)) {
    const due = index % 2 === 0 ? 'user' : 'assistant';
    if (role !== due) yield { path, rule: '2.1.1', message: `is the ${role}'s where the ${due}'s is due`, turn: index };
  }
  const last = turnsOf(body).at(-1);
  if (last?.role === 'assistant')
    yield { path: last.path, rule: '2.1.1', message: 'must be the user’s', turn: last.index };
}

/** 2.1.2: a message says something. */
export function* checkContent(body: JsonObject): Generator<Finding> {
  for (const turn of turnsOf(body)) {
    const others = turn.role === 'user' ? [...listAt(turn.message, 'images'), ...resultsOf(turn)] : usesOf(turn);
    const content = turn.message['content'];
    const at = { path: `${turn.path}.content`, rule: '2.1.2', turn: turn.index };
    if (typeof content !== 'string') yield { ...at, message: 'must be a text' };
    else if (content.trim() === '' && others.length === 0) yield { ...at, message: 'must not be empty' };
  }
}

/** 2.1.3: every call is answered in the next turn, every result answers a call of the turn before. */
export function* checkPairs(body: JsonObject): Generator<Finding> {
  const turns = turnsOf(body);
  for (const [index, turn] of turns.entries()) {
    if (turn.role === 'assistant') yield* checkAnswered(turn, turns[index + 1]);
    else yield* checkAsked(turn, turns[index - 1]);
  }
}

function* checkAnswered(turn: BodyTurn, next: BodyTurn | undefined): Generator<Finding> {
  const answered = new Set(next === undefined ? [] : resultsOf(next).map(idOf));
  for (const [index, use] of usesOf(turn).entries()) {
    if (answered.has(idOf(use))) continue;
    const message = `the call ${idOf(use)} of the tool ${textAt(use, 'name')} has no result in the next turn`;
    yield { path: `${turn.path}.toolUses[${index}]`, rule: '2.1.3', message, turn: turn.index };
  }
}

function* checkAsked(turn: BodyTurn, previous: BodyTurn | undefined): Generator<Finding> {
  const asked = new Set(previous === undefined ? [] : usesOf(previous).map(idOf));
  for (const [index, result] of resultsOf(turn).entries()) {
    const at = { path: `${turn.path}.userInputMessageContext.toolResults[${index}]`, rule: '2.1.3', turn: turn.index };
    // What was asked once is answered once.
    if (!asked.delete(idOf(result)))
      yield { ...at, message: `the result ${idOf(result)} answers no call of the turn before` };
  }
}

/** 2.1.6: the ids of calls are of the service's form, and no two are alike. */
export function* checkIds(body: JsonObject): Generator<Finding> {
  const seen = new Set<string>();
  for (const turn of turnsOf(body)) {
    for (const [index, use] of usesOf(turn).entries()) {
      const at = { path: `${turn.path}.toolUses[${index}].toolUseId`, rule: '2.1.6', turn: turn.index };
      const id = idOf(use);
      if (!/^[\w-]{1,64}$/.test(id))
        yield { ...at, message: `${JSON.stringify(id)} is not an id of 1 to 64 letters, digits, _ and -` };
      if (seen.has(id)) yield { ...at, message: `${id} is the id of two calls` };
      seen.add(id);
    }
  }
}

/** 2.1.11: a result's content is not an empty list. */
export function* checkResults(body: JsonObject): Generator<Finding> {
  for (const turn of turnsOf(body)) {
    for (const [index, result] of resultsOf(turn).entries()) {
      const path = `${turn.path}.userInputMessageContext.toolResults[${index}]`;
      const at = { rule: '2.1.11', turn: turn.index };
      if (listAt(result, 'content').length === 0) {
        yield { ...at, path: `${path}.content`, message: `the result ${idOf(result)} has no content` };
      }
      if (!['success', 'error'].includes(textAt(result, 'status'))) {
        yield { ...at, path: `${path}.status`, message: 'must be success or error' };
      }
    }
  }
}

const idOf = (holder: JsonObject): string => textAt(holder, 'toolUseId');
