import type { Dialect } from '../dialect.ts';
import { keepAlive, writeErrorAnswer } from '../openai.ts';
import { streamAnswer } from './answer.ts';
import { writeAnswer } from './message.ts';
import { type ChatCall, readRequest } from './request.ts';

/** The OpenAI Chat Completions API. */
export const openaiChat: Dialect<ChatCall> = {
  name: 'openai-chat',
  parse: readRequest,
  stream: streamAnswer,
  whole: writeAnswer,
  error: writeErrorAnswer,
  heartbeat: () => keepAlive,
};
