import { expect, it, onTestFinished } from 'vitest';
import { main } from '../../../src/cli/main.ts';
import { startEmulator } from '../../../src/emulator/emulator.ts';
import { createTestWorld } from '../../support/world.ts';

it('a second signal during an answer leaves at once', async () => {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  emulator.next(['It begins.\n', { hang: true }]);
  const KIRO_API_KEY = emulator.credentials.apiKey().accessToken;
  const env = { KIRO_API_KEY, KIRO_RUNTIME_URL: emulator.url, KIRO_MANAGEMENT_URL: emulator.url };
  const world = createTestWorld({ args: ['chat', '--no-history', 'go'], env, input: '' });
  const ended = main(world);
  while (!world.output.text().includes('It begins.')) await Bun.sleep(5);
  world.signal('SIGINT');
  expect(world.left).toEqual([]);
  world.signal('SIGINT');
  expect(world.left).toEqual([130]);
  expect(await ended).toBe(130);
});
