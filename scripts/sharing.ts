// Two gateways and one Kiro IDE with one sign-in that rotates every two seconds: 10 000 requests, none of which may
// fail, no refresh with a used token, and a file that is whole whenever it is read. It runs the compiled executable.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmulator } from '../src/emulator/emulator.ts';
import { emptyFolder, type RunningGateway, startGateway } from '../test/support/gateway.ts';
import { createIde } from '../test/support/ide.ts';

const total = Number(process.argv[2] ?? 10_000);
const lifetime = 2000;
const calls: Record<string, number> = {};
const emulator = await startEmulator({
  tokenLifetime: lifetime,
  remember: 1000,
  log(line) {
    const name = line.split(' ')[0] ?? '';
    calls[name] = (calls[name] ?? 0) + 1;
  },
});
const home = emptyFolder();
const path = join(home.path, '.aws', 'sso', 'cache', 'kiro-auth-token.json');
const ide = createIde({ path, emulator, lifetime });
ide.signIn();
const gateways = await Promise.all([1, 2].map(() => startGateway({ emulator, home: home.path })));

let left = total;
let isOver = false;
const failures: string[] = [];
const startedAt = performance.now();

async function work({ url, key }: RunningGateway): Promise<void> {
  while (left > 0) {
    left -= 1;
    const response = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({
        model: 'claude-sonnet-4.5',
        max_tokens: 10,
        messages: [{ role: 'user', content: 'Hi' }],
      }),
    });
    const text = await response.text();
    if (response.status !== 200) failures.push(`${response.status} ${text}`);
    // Spread over many lives of a token.
    await sleep(20 + Math.random() * 20);
  }
}

let reads = 0;
async function read(): Promise<void> {
  for (; !isOver; await sleep(1)) {
    const { accessToken, refreshToken } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    if (typeof accessToken !== 'string' || typeof refreshToken !== 'string') throw new Error('The file is not whole.');
    reads += 1;
  }
}

const others = Promise.all([ide.live(() => isOver || left <= 0), read()]);
await Promise.all(gateways.flatMap(gateway => Array.from({ length: 4 }, () => work(gateway))));
isOver = true;
const [{ anew, renewed }] = await others;
const seconds = (performance.now() - startedAt) / 1000;
for (const gateway of gateways) await gateway.stop();
await emulator.close();
home.remove();

const refreshes = calls['refreshToken'] ?? 0;
const reused = emulator.violations.filter(({ rule }) => rule === 'refresh-reuse').length;
console.log(`${total} requests in ${seconds.toFixed(0)} s, ${failures.length} failed`);
console.log(`${anew} sign-ins, ${refreshes} refreshes (${renewed} by the IDE), ${reused} with a used token`);
console.log(`the file was read ${reads} times, whole each time`);
for (const failure of failures.slice(0, 5)) console.log(failure);
process.exit(failures.length + reused === 0 ? 0 : 1);
