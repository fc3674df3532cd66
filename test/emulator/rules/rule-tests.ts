import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../../src/emulator/emulator.ts';
import { ask } from '../request.ts';

/** A request that breaks one rule: the rule, what is wrong, the body, where it is wrong, the service's reason. */
export type Broken = readonly [rule: string, what: string, body: unknown, path: string, reason?: string];
export type Right = readonly [what: string, body: unknown];

export const current = 'conversationState.currentMessage.userInputMessage';

/** Sends each request to an emulator of its own and looks at what it says. */
export function testRules(broken: readonly Broken[], right: readonly Right[]): void {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.reset());
  afterAll(() => emulator.close());

  describe('a request that breaks a rule is refused, and the rule is named', () => {
    it.each(broken)('%s: %s', async (rule, _, body, path, reason) => {
      const response = await ask(emulator, { body });
      expect(response.status).toBe(400);
      expect(response.headers.get('x-amzn-errortype')).toMatch(/^ValidationException:/);
      const answer = (await response.json()) as Record<string, unknown>;
      expect(answer).toMatchObject({
        __type: 'com.amazon.aws.codewhisperer#ValidationException',
        reason: reason ?? null,
      });
      if (reason === undefined) expect(answer['message']).toBe('Improperly formed request.');
      expect(emulator.violations[0]).toMatchObject({ rule, path });
      expect(emulator.requests[0]?.violations).toEqual(emulator.violations);
    });
  });

  describe('a request that breaks no rule is answered', () => {
    it.each(right)('%s', async (_, body) => {
      const response = await ask(emulator, { body });
      expect(emulator.violations).toEqual([]);
      expect(response.status).toBe(200);
    });
  });
}
