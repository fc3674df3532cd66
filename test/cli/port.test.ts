import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findOwner, listenProblem, ownerInLsof, ownerInNetstat } from '../../src/cli/port.ts';

async function listen(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

const has = (program: string): boolean => spawnSync(program, ['-v'], { stdio: 'ignore' }).error === undefined;
const own = new RegExp(`^\\S.* \\(process ${process.pid}\\)$`);

describe('who has a port', () => {
  it.runIf(process.platform === 'linux')('is found in the files of Linux', async () => {
    const port = await listen('127.0.0.1');
    expect(await listenProblem('127.0.0.1', port)).toBe('EADDRINUSE');
    expect(await findOwner(port, 'linux')).toMatch(own);
  });

  it.runIf(has('lsof'))('is found by lsof', async () => {
    expect(await findOwner(await listen('127.0.0.1'), 'darwin')).toMatch(own);
  });

  it('is read from what lsof writes', () => {
    expect(ownerInLsof('p24125\ncnode\nf19\n')).toBe('node (process 24125)');
    expect(ownerInLsof('p24125\ncCode Helper (Plugin)\nf3\nf4\n')).toBe('Code Helper (Plugin) (process 24125)');
    expect(ownerInLsof('')).toBeUndefined();
  });

  it.each(['LISTENING', 'ABHÖREN', 'À L’ÉCOUTE'])('is read from what netstat of Windows calls %s', state => {
    const table = [
      '',
      'Active Connections',
      '',
      '  Proto  Local Address          Foreign Address        State           PID',
      `  TCP    0.0.0.0:18000          0.0.0.0:0              ${state}       900`,
      '  TCP    127.0.0.1:50712        127.0.0.1:8000         ESTABLISHED     7716',
      `  TCP    127.0.0.1:8000         0.0.0.0:0              ${state}       4321`,
      `  TCP    [::1]:9000             [::]:0                 ${state}       5678`,
      '',
    ].join('\r\n');
    expect(ownerInNetstat(table, 8000)).toBe('4321');
    expect(ownerInNetstat(table, 9000)).toBe('5678');
    expect(ownerInNetstat(table, 50_712)).toBeUndefined();
    expect(ownerInNetstat(table, 800)).toBeUndefined();
  });
});
