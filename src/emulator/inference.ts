import { improvise } from './improvise.ts';
import { hiddenModels, type ListedModel } from './models.ts';
import { type Question, readCurrent } from './question.ts';
import { Refusal, writeRefusal } from './refusal.ts';
import type { ScriptedAnswer } from './script.ts';
import type { SeenRequest } from './seen.ts';
import { measureQuestion } from './size.ts';
import type { State } from './state.ts';

/** The model that a question is for. */
export function findModel(question: Question, state: State): ListedModel | undefined {
  const { modelId } = readCurrent(question);
  return [...state.models, ...hiddenModels].find(model => model.modelId === modelId);
}

/** Refuses what is right in form and cannot be answered: an unknown model, too long a conversation. */
export function refuseUnanswerable(request: SeenRequest, question: Question, state: State): void {
  const model = findModel(question, state);
  if (model === undefined) {
    const message = 'Invalid model. Please select a different model to continue.';
    throw new Refusal(writeRefusal(400, 'ValidationException', message, 'INVALID_MODEL_ID'));
  }
  const { tokens, imageCharacters } = measureQuestion(question, request.raw.length);
  if (tokens > (state.limits.inputTokens ?? model.tokenLimits?.maxInputTokens ?? tokens)) {
    const reason = 'CONTENT_LENGTH_EXCEEDS_THRESHOLD';
    throw new Refusal(writeRefusal(400, 'ValidationException', 'Input is too long.', reason));
  }
  if (request.raw.length - imageCharacters > (state.limits.body ?? usualBodyLimit)) {
    throw new Refusal(writeRefusal(400, 'ValidationException', 'Improperly formed request.', null));
  }
}

/** The answer to a question that nobody scripted one for. */
export function answerInference(request: SeenRequest, state: State): ScriptedAnswer {
  const question = request.body as Question;
  const model = findModel(question, state) ?? { modelId: readCurrent(question).modelId };
  const window = state.limits.inputTokens ?? model.tokenLimits?.maxInputTokens ?? 200_000;
  const { tokens, images } = measureQuestion(question, request.raw.length);
  const steps = improvise(question, model, images);
  const written = Math.ceil(JSON.stringify(steps).length / 4);
  const usage = round(((tokens + 5 * written) / 100_000) * 0.12 * (model.rateMultiplier ?? 1), 6);
  state.spent += usage;
  return {
    steps,
    pace: state.pace,
    ending: { contextUsagePercentage: round(((tokens + written) / window) * 100, 4), usage },
  };
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
const usualBodyLimit = 2_000_000;
