import { type Question, readCurrent, readTurns } from '../question.ts';
import type { Breach, Rules } from './rule.ts';

/** Rules about tools, their names and the ids of their uses. */
export const toolRules: Rules<Question> = {
  '2.1.4': checkToolsDeclared,
  '2.1.5': checkToolNames,
  '2.1.6': checkToolUseIds,
  '2.1.7': checkDescriptions,
};

const declared = (question: Question) => readCurrent(question).userInputMessageContext?.tools ?? [];
const toolPath = (at: number): string =>
  `conversationState.currentMessage.userInputMessage.userInputMessageContext.tools[${at}].toolSpecification`;

function* toolUses(question: Question) {
  for (const { path, assistant } of readTurns(question)) {
    for (const [at, use] of (assistant?.toolUses ?? []).entries()) yield { ...use, path: `${path}.toolUses[${at}]` };
  }
}

function* checkToolsDeclared(question: Question): Iterable<Breach> {
  const names = new Set(declared(question).map(({ toolSpecification }) => toolSpecification.name));
  for (const { path, name } of toolUses(question)) {
    if (names.has(name)) continue;
    yield {
      path: `${path}.name`,
      message: `the tool ${name} was used and is not declared`,
      reason: 'TOOL_CONFIG_MISSING',
      says: 'The conversation uses tools and the request declares none of that name.',
    };
  }
}

function* checkToolNames(question: Question): Iterable<Breach> {
  const seen = new Set<string>();
  for (const [at, { toolSpecification }] of declared(question).entries()) {
    const { name } = toolSpecification;
    const path = `${toolPath(at)}.name`;
    if (!toolName.test(name)) yield { path, message: `must match ${toolName}`, reason: 'REQUEST_BODY_INVALID' };
    if (seen.has(name)) yield { path, message: `the tool ${name} is declared twice`, reason: 'TOOL_DUPLICATE' };
    seen.add(name);
  }
  for (const { path, name } of toolUses(question)) {
    if (!toolName.test(name)) {
      yield { path: `${path}.name`, message: `must match ${toolName}`, reason: 'REQUEST_BODY_INVALID' };
    }
  }
}

function* checkToolUseIds(question: Question): Iterable<Breach> {
  const seen = new Set<string>();
  for (const { path, toolUseId } of toolUses(question)) {
    if (!toolUseIdPattern.test(toolUseId)) {
      yield { path: `${path}.toolUseId`, message: `must match ${toolUseIdPattern}`, reason: 'REQUEST_BODY_INVALID' };
    }
    if (seen.has(toolUseId)) {
      yield { path: `${path}.toolUseId`, message: `${toolUseId} is used twice`, reason: 'TOOL_DUPLICATE' };
    }
    seen.add(toolUseId);
  }
}

function* checkDescriptions(question: Question): Iterable<Breach> {
  for (const [at, { toolSpecification }] of declared(question).entries()) {
    const { length } = toolSpecification.description;
    if (length >= 1 && length <= longestDescription) continue;
    yield {
      path: `${toolPath(at)}.description`,
      message: `has ${length} characters; 1 to ${longestDescription} are allowed`,
    };
  }
}

const toolName = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;
const toolUseIdPattern = /^[A-Za-z0-9_-]{1,64}$/;
const longestDescription = 10_240;
