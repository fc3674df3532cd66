import type { IncomingMessage } from 'node:http';
import type { Dialect } from '../dialects/dialect.ts';
import type { Dialects } from './options.ts';

/** The API that a request speaks, also where there is no such endpoint: errors are written in its form. */
export function chooseDialect(path: string, request: IncomingMessage, dialects: Required<Dialects>): Dialect {
  const { anthropic, openaiChat, openaiCompletions, openaiResponses } = dialects;
  if (isBelow(path, '/messages')) return anthropic;
  if (isBelow(path, '/responses')) return openaiResponses;
  if (isBelow(path, '/completions')) return openaiCompletions;
  if (isBelow(path, '/chat')) return openaiChat;
  return request.headers['anthropic-version'] === undefined ? openaiChat : anthropic;
}

const isBelow = (path: string, root: string): boolean => path === root || path.startsWith(`${root}/`);
