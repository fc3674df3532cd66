import type { Dialect } from '../dialect.ts';
import { keepAlive, writeErrorAnswer } from '../openai.ts';
import { streamAnswer, writeAnswer } from './answer.ts';
import { type CompletionsCall, readRequest } from './request.ts';

/** The OpenAI Completions API: a prompt in, its text out. */
export const openaiCompletions: Dialect<CompletionsCall> = {
  name: 'openai-completions',
  parse: readRequest,
  stream: streamAnswer,
  whole: writeAnswer,
  error: writeErrorAnswer,
  heartbeat: () => keepAlive,
};
