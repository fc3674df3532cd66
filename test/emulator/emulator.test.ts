import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.close());

it('answers an inference call with the next scripted answer and remembers the request', async () => {
  emulator.next(['Good ', 'morning']);
  const response = await fetch(`${emulator.url}/generateAssistantResponse`, { method: 'POST', body: '{"a":1}' });
  const text = await response.text();
  expect(text).toContain('{"content":"Good "}');
  expect(text).toContain('meteringEvent');
  expect(emulator.requests[0]).toMatchObject({ operation: 'GenerateAssistantResponse', dialect: 'q', body: { a: 1 } });
});
