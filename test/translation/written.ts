import type { Dialect } from '../../src/dialects/dialect.ts';
import { dialects } from '../../src/dialects/index.ts';
import { createOpenaiResponses } from '../../src/dialects/openai-responses/index.ts';
import { type Question, type Target, writeQuestion } from '../../src/kiro/question.ts';
import { noHeaders } from '../support/answers.ts';
import type { Sent } from './bodies.ts';

const target: Target = {
  modelId: 'claude-sonnet-4.5',
  profileArn: 'arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL',
};
const dialectOf: Readonly<Record<Sent['api'], Dialect>> = {
  anthropic: dialects.anthropic as Dialect,
  'openai-chat': dialects.openaiChat as Dialect,
  'openai-completions': dialects.openaiCompletions as Dialect,
  'openai-responses': createOpenaiResponses() as Dialect,
};

/** A client's request in the service's form. */
export function writeSent({ api, body }: Sent): Question {
  return writeQuestion(dialectOf[api].parse(body, noHeaders).chat, target);
}

/** The client's names of its tools, by those under which the service knows them. */
export function clientNamesOf(sent: Sent): ReadonlyMap<string, string> {
  return writeSent(sent).tools.clientNames;
}
