import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../src/dialects/dialect.ts';
import { dialects } from '../../src/dialects/index.ts';
import { createOpenaiResponses } from '../../src/dialects/openai-responses/index.ts';
import { type Target, writeQuestion } from '../../src/kiro/question.ts';
import { validateQuestion } from '../../src/kiro/validate.ts';
import { breachesOf } from '../kiro/support/chat.ts';
import { noHeaders } from '../support/answers.ts';
import { anySent, type Sent } from './bodies.ts';
import { lossesOf } from './losses.ts';

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
const write = ({ api, body }: Sent) => writeQuestion(dialectOf[api].parse(body, noHeaders).chat, target);
const numRuns = Number(process.env['KIRO_PROPERTY_RUNS'] ?? 250);

// Many cases; a busy machine may take its time.
describe('any request of a client, in any API', { timeout: 600_000 }, () => {
  it('is accepted, breaks no rule of the service, and nothing that it says is lost', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(anySent, sent => {
        const question = write(sent);
        expect(breachesOf(question)).toEqual([]);
        expect(validateQuestion(question.body)).toEqual([]);
        expect(lossesOf(sent, question.body, question.tools.clientNames)).toEqual([]);
        seen.set(sent.api, (seen.get(sent.api) ?? 0) + 1);
      }),
      { numRuns },
    );
    expect(seen.size).toBe(4);
  });

  it('is written in the same bytes when it comes again', () => {
    fc.assert(
      fc.property(anySent, sent => {
        expect(write(structuredClone(sent)).payload).toBe(write(sent).payload);
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    );
  });
});
