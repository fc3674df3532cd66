import type { Dialect } from '../dialect.ts';
import { streamAnswer, writeAnswer } from './answer.ts';
import { writeErrorAnswer } from './error.ts';
import { readRequest } from './request.ts';

/** The Anthropic Messages API. */
export const anthropic: Dialect = {
  name: 'anthropic',
  parse: readRequest,
  stream: streamAnswer,
  whole: writeAnswer,
  error: writeErrorAnswer,
  // Before the first event even a ping would be one; comments are no events.
  heartbeat: started => (started ? 'event: ping\ndata: {"type":"ping"}\n\n' : ': keep-alive\n\n'),
};
