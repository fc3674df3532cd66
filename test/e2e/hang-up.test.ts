import { expect, it } from 'vitest';
import { emptyFolder, environment } from '../support/gateway.ts';
import { hasTerminals, startTerminal } from '../support/terminal.ts';

it.skipIf(!hasTerminals).each([
  ['a question', ['login'], /How do you sign in/],
  ['a server', ['serve', '--emulator', '--port', '0'], /listens on/],
])('%s ends with its terminal', async (_, args, sign) => {
  const home = emptyFolder();
  const terminal = startTerminal(args, { home: home.path, env: environment(home.path) });
  await terminal.shows(sign);
  terminal.hangUp();
  // 137: it had to be killed. Nobody reads what else it says.
  expect(await terminal.ended()).toBeLessThan(137);
  home.remove();
});
