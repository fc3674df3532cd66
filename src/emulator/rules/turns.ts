import { type Question, readTurns } from '../question.ts';
import type { Breach, Rules } from './rule.ts';

/** Rules about the order of messages and about what each one holds. */
export const turnRules: Rules<Question> = {
  '2.1.1': checkAlternation,
  '2.1.2': checkEmptyMessages,
  '2.1.3': checkResultsMatch,
  '2.1.11': checkResultContent,
  '2.2': checkSystemText,
};

function* checkAlternation(question: Question): Iterable<Breach> {
  for (const [at, { path, user }] of readTurns(question).entries()) {
    const expected = at % 2 === 0 ? 'user' : 'assistant';
    const found = user === undefined ? 'assistant' : 'user';
    if (found !== expected) yield { path, message: `an ${found} message stands where the ${expected} is due` };
  }
}

function* checkEmptyMessages(question: Question): Iterable<Breach> {
  for (const { path, user, assistant } of readTurns(question)) {
    const results = user?.userInputMessageContext?.toolResults;
    if (user !== undefined && results === undefined && user.images === undefined && user.content.trim() === '') {
      yield { path: `${path}.content`, message: 'a message without images and tool results needs text' };
    }
    if (results !== undefined && user !== undefined && filler.test(user.content)) {
      yield { path: `${path}.content`, message: 'a turn of tool results holds "" and no filler' };
    }
    if (assistant?.toolUses !== undefined && filler.test(assistant.content)) {
      yield { path: `${path}.content`, message: 'a turn of tool uses holds "" and no filler' };
    }
  }
}

function* checkResultsMatch(question: Question): Iterable<Breach> {
  const turns = readTurns(question);
  const breach = (path: string, message: string): Breach => ({
    path,
    message,
    reason: 'TOOL_USE_RESULT_MISMATCH',
    says: 'The tool uses and tool results of the conversation do not match.',
  });
  for (const [at, { path, user, assistant }] of turns.entries()) {
    const results = turns[at + 1]?.user?.userInputMessageContext?.toolResults ?? [];
    for (const [index, { toolUseId }] of (assistant?.toolUses ?? []).entries()) {
      if (!results.some(result => result.toolUseId === toolUseId)) {
        yield breach(`${path}.toolUses[${index}]`, `the tool use ${toolUseId} has no result in the next turn`);
      }
    }
    const uses = turns[at - 1]?.assistant?.toolUses ?? [];
    const seen = new Set<string>();
    for (const [index, { toolUseId }] of (user?.userInputMessageContext?.toolResults ?? []).entries()) {
      const place = `${path}.userInputMessageContext.toolResults[${index}]`;
      if (!uses.some(use => use.toolUseId === toolUseId)) {
        yield breach(place, `the tool result ${toolUseId} answers no tool use of the turn before`);
      }
      if (seen.has(toolUseId)) yield breach(place, `the tool use ${toolUseId} has two results`);
      seen.add(toolUseId);
    }
  }
}

function* checkResultContent(question: Question): Iterable<Breach> {
  for (const { path, user } of readTurns(question)) {
    for (const [at, { content }] of (user?.userInputMessageContext?.toolResults ?? []).entries()) {
      if (content.length > 0) continue;
      yield { path: `${path}.userInputMessageContext.toolResults[${at}].content`, message: 'must not be empty' };
    }
  }
}

function* checkSystemText(question: Question): Iterable<Breach> {
  for (const { path, user } of readTurns(question)) {
    if (user !== undefined && /^x-anthropic-billing-header:/m.test(user.content)) {
      yield { path: `${path}.content`, message: "the client's billing header must be dropped" };
    }
  }
}

const filler = /^(\s+|\(?empty( placeholder)?\)?|[[(]?tool (results?|uses?|calls?)( provided)?[\])]?\.?|[.\-…]+)$/i;
