import { writeUsage } from './account.ts';
import { Refusal, writeRefusal } from './refusal.ts';
import { readParameters } from './rules/control.ts';
import type { HttpAnswer } from './script.ts';
import type { SeenRequest } from './seen.ts';
import type { State } from './state.ts';

/** `ListAvailableModels`, page by page. */
export function answerModels(request: SeenRequest, state: State): HttpAnswer {
  const { page, nextToken } = readPage(state.models, request, state.pageSize);
  const { modelId } = state.models[0] ?? { modelId: 'auto' };
  return { status: 200, body: { models: page, defaultModel: { modelId }, ...nextToken } };
}

/** `ListAvailableProfiles`, page by page. */
export function answerProfiles(request: SeenRequest, state: State): HttpAnswer {
  const { page, nextToken } = readPage(state.profiles, request, state.pageSize);
  return { status: 200, body: { profiles: page, ...nextToken } };
}

/** `GetUsageLimits`. */
export function answerUsage(_: SeenRequest, state: State): HttpAnswer {
  return { status: 200, body: writeUsage(state.spent, Math.floor(state.now() / 1000)) };
}

function readPage<Item>(items: readonly Item[], request: SeenRequest, pageSize: number) {
  const { maxResults = pageSize, nextToken } = readParameters(request);
  const size = Number(maxResults);
  if (!Number.isInteger(size) || size < 1 || size > mostResults) {
    throw new Refusal(writeRefusal(400, 'ValidationException', `maxResults must be 1 to ${mostResults}.`));
  }
  const from = nextToken === undefined ? 0 : readToken(`${nextToken}`);
  if (from === undefined || from > items.length) {
    throw new Refusal(writeRefusal(400, 'ValidationException', 'Invalid nextToken.'));
  }
  const to = from + Math.min(size, pageSize);
  const next = Buffer.from(`page:${to}`).toString('base64url');
  return { page: items.slice(from, to), nextToken: to < items.length ? { nextToken: next } : {} };
}

function readToken(token: string): number | undefined {
  const [, from] = /^page:(\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  return from === undefined ? undefined : Number(from);
}

const mostResults = 100;
