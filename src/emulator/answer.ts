import { readLogin } from './access.ts';
import type { LoginKind } from './credentials.ts';
import { findModel, refuseUnanswerable } from './inference.ts';
import type { Question } from './question.ts';
import { Refusal, writeRefusal } from './refusal.ts';
import { findRoute } from './routes.ts';
import { controlRules } from './rules/control.ts';
import { fieldRules } from './rules/fields.ts';
import { headerRules } from './rules/headers.ts';
import { imageRules } from './rules/images.ts';
import { profileRules } from './rules/profile.ts';
import { checkQuestionShape } from './rules/question-shape.ts';
import { checkRules, type Finding } from './rules/rule.ts';
import { schemaRules } from './rules/schemas.ts';
import { searchRules } from './rules/search.ts';
import { textRules } from './rules/text.ts';
import { toolRules } from './rules/tools.ts';
import { turnRules } from './rules/turns.ts';
import type { ScriptedAnswer } from './script.ts';
import type { OpenRequest } from './seen.ts';
import { type State, takeScript } from './state.ts';

/** The answer to a request: a refusal, the scripted one, or the service's own. Rules come first, scripts or not. */
export function answerRequest(request: OpenRequest, state: State): ScriptedAnswer {
  try {
    return answerAllowed(request, state);
  } catch (thrown) {
    if (thrown instanceof Refusal) return thrown.answer;
    throw thrown;
  }
}

function answerAllowed(request: OpenRequest, state: State): ScriptedAnswer {
  const route = findRoute(request);
  if (route === undefined) throw refuseOperation(request);
  request.operation = route.operation;
  request.dialect = route.dialect;
  if (route.dialect !== 'auth') {
    if (!state.dialects.includes(route.dialect)) throw refuseOperation(request);
    const login = readLogin(request, state);
    if (state.enforce) enforce(request, state, login);
  }
  if (route.operation === 'GenerateAssistantResponse' && state.enforce) {
    refuseUnanswerable(request, request.body as Question, state);
  }
  return takeScript(state, request) ?? route.answer(request, state);
}

function refuseOperation({ dialect }: OpenRequest): Refusal {
  const message = 'The requested operation is not known.';
  return new Refusal(writeRefusal(dialect === 'runtime' ? 400 : 404, 'UnknownOperationException', message));
}

function enforce(request: OpenRequest, state: State, login: LoginKind | undefined): void {
  const findings = findBreaches(request, state, login);
  request.violations.push(...findings.map(({ violation }) => violation));
  const [first] = findings;
  if (first !== undefined) throw new Refusal(first.answer);
}

function findBreaches(request: OpenRequest, state: State, login: LoginKind | undefined): Finding[] {
  return [
    ...checkRules(headerRules, { request, login }),
    ...checkRules(textRules, request),
    ...findBreachesOfBody(request, state),
    ...checkRules(profileRules, { request, login, profiles: state.profiles }),
  ];
}

function findBreachesOfBody(request: OpenRequest, state: State): Finding[] {
  if (request.operation === 'InvokeMCP') return checkRules(searchRules, request);
  if (request.operation !== 'GenerateAssistantResponse') return checkRules(controlRules, request);
  const shape = checkRules({ '2': checkQuestionShape }, request.body);
  // The other rules read what the shape allows.
  if (shape.length > 0) return shape;
  const question = request.body as Question;
  return [
    ...checkRules(turnRules, question),
    ...checkRules(toolRules, question),
    ...checkRules(schemaRules, question),
    ...checkRules(imageRules, question),
    ...checkRules(fieldRules, { question, model: findModel(question, state) }),
  ];
}
