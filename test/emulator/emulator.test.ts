import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { ask, question, readFrames, readText, user } from './request.ts';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
});
afterEach(() => emulator.close());

it('answers an inference call with the next scripted answer and remembers the request', async () => {
  emulator.next(['Good ', 'morning']);
  const response = await ask(emulator, { body: question(user('Hello')) });
  expect(await readFrames(response)).toEqual([
    'assistantResponseEvent {"content":"Good "}',
    'assistantResponseEvent {"content":"morning"}',
    'metadataEvent {"stopReason":"END_TURN"}',
    'contextUsageEvent {"contextUsagePercentage":1.25}',
    'meteringEvent {"unit":"credit","unitPlural":"credits","usage":0.0169}',
  ]);
  expect(emulator.violations).toEqual([]);
  expect(emulator.requests).toMatchObject([
    { operation: 'GenerateAssistantResponse', dialect: 'runtime', status: 200, body: question(user('Hello')) },
  ]);
});

it('says what it was asked when nobody scripted an answer', async () => {
  const text = await readText(await ask(emulator, { body: question(user('Be kind.\n\nHow are you?')) }));
  expect(text).toContain('"How are you?"');
  expect(text).toContain('1 message, 0 tools and 0 images');
});
