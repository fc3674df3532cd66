import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { emptyFolder, startGateway } from '../support/gateway.ts';

it.each([
  ['nobody is signed in', false, /No Kiro sign-in was found on this machine/g],
  ['a sign-in is dead', true, /The Kiro sign-in of Kiro IDE is no longer accepted/g],
])('where %s a gateway says it once when it starts, and once for each request', async (_, isDead, problem) => {
  const emulator = await startEmulator();
  const home = emptyFolder();
  if (isDead) {
    const file = join(home.path, '.aws/sso/cache/kiro-auth-token.json');
    mkdirSync(dirname(file), { recursive: true });
    const { accessToken, refreshToken, profileArn } = emulator.credentials.social();
    emulator.credentials.revoke(refreshToken);
    const over = { expiresAt: new Date(0).toISOString(), authMethod: 'social', provider: 'Google' };
    writeFileSync(file, JSON.stringify({ accessToken, refreshToken, profileArn, ...over }));
  }
  const gateway = await startGateway({ emulator, home: home.path, env: { LOG_LEVEL: 'debug', LOG_FORMAT: 'text' } });
  const said = () => gateway.errors().match(problem)?.length ?? 0;
  await expect.poll(said).toBe(1);
  for (let count = 0; count < 2; count += 1) {
    const response = await fetch(`${gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': gateway.key },
      body: JSON.stringify({ model: 'auto', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }),
    });
    expect(response.status).toBe(401);
  }
  // All is said by then.
  expect(await gateway.stop()).toBe(0);
  expect(said(), gateway.errors()).toBe(3);
  await emulator.close();
  home.remove();
});
