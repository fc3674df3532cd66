import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { emptyFolder, environment, executable } from '../support/gateway.ts';

const unshare = ['--map-root-user', '--pid', '--fork', '--mount-proc'];

function reason(): string | undefined {
  try {
    execFileSync('unshare', [...unshare, 'true'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'this system gives no process namespace';
  }
}
const missing = reason();

// The first process of a namespace, as in a container, gets no signal that it does not listen to.
it.skipIf(missing !== undefined).each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  `as the first process of a container it ends at %s${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  async signal => {
    const home = emptyFolder();
    const child = spawn('unshare', [...unshare, executable, 'serve', '--port', '0', '--emulator'], {
      cwd: home.path,
      env: environment(home.path),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    await expect.poll(() => output).toContain('listens on');
    const [inner] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ');
    expect(readFileSync(`/proc/${inner}/status`, 'utf8')).toMatch(/^NSpid:\s+\d+\s+1$/m);
    process.kill(Number(inner), signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
    home.remove();
  },
);
