import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateQuestion } from '../../src/kiro/validate.ts';
import { breachesOf } from '../kiro/support/chat.ts';
import { anySent } from './bodies.ts';
import { lossesOf } from './losses.ts';
import { writeSent } from './written.ts';

const numRuns = Number(process.env['KIRO_PROPERTY_RUNS'] ?? 200);

// Many cases; a busy machine may take its time.
describe('any request of a client, in any API', { timeout: 600_000 }, () => {
  it('is accepted, breaks no rule of the service, and nothing that it says is lost', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(anySent, sent => {
        const question = writeSent(sent);
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
        expect(writeSent(structuredClone(sent)).payload).toBe(writeSent(sent).payload);
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    );
  });
});
