import type { IncomingMessage } from 'node:http';
import type { Dialect } from '../dialects/dialect.ts';
import type { Dialects } from './options.ts';

/** The API that a request speaks, also where there is no such endpoint: errors are written in its form. */
export function chooseDialect(path: string, request: IncomingMessage, dialects: Dialects): Dialect {
  if (isBelow(path, '/messages')) return dialects.messages;
  if (isBelow(path, '/responses')) return dialects.responses;
  if (path === '/completions') return dialects.completions ?? dialects.chat;
  if (isBelow(path, '/chat')) return dialects.chat;
  return request.headers['anthropic-version'] === undefined ? dialects.chat : dialects.messages;
}

const isBelow = (path: string, root: string): boolean => path === root || path.startsWith(`${root}/`);
