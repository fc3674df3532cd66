// A program that uses a sign-in as the gateway does: asks for a login, calls the service with it, and renews it once
// when the service refuses it; for so long, and at least so often. Says at the end how often it called and what went wrong.
import { setTimeout as sleep } from 'node:timers/promises';
import { toChatError } from '../../../../src/core/errors.ts';
import { createAuth, type Login } from '../../../../src/kiro/auth/auth.ts';
import { createConnection } from '../../../../src/kiro/connection.ts';
import { createTransport } from '../../../../src/kiro/transport.ts';

const [home = '', url = '', milliseconds = '', least = ''] = process.argv.slice(2);
const transport = createTransport({});
const { control, listProfiles } = createConnection({
  transport,
  version: '0.0.0',
  platform: 'linux',
  runtimeVersion: '0',
  runtimeUrl: url,
  managementUrl: url,
});
const quiet = (): void => undefined;
const auth = createAuth({
  env: {},
  home,
  platform: 'linux',
  configDir: `${home}/.config/kiro-gw`,
  transport,
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  now: () => Date.now(),
  listProfiles,
  authUrl: url,
});

async function call(login: Login): Promise<void> {
  try {
    await control.usage(login);
  } catch (error) {
    if (toChatError(error).kind !== 'login') throw error;
    await control.usage(await auth.renew(login));
  }
}

const failures: string[] = [];
let calls = 0;
const end = performance.now() + Number(milliseconds);
async function work(): Promise<void> {
  for (; performance.now() < end || calls < Number(least); await sleep(2)) {
    calls += 1;
    await auth
      .login()
      .then(call)
      .catch(error => void failures.push(String(error)));
  }
}
await Promise.all(Array.from({ length: 4 }, work));
await auth.close();
await transport.close();
console.log(JSON.stringify({ calls, failures: failures.slice(0, 5), failed: failures.length }));
