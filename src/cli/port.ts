import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';

/** Why a port cannot be listened on, as a system's word; undefined when it can. */
export function listenProblem(host: string, port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
}

/** The program that listens on a port, with its process id, as far as the system tells. */
export async function findOwner(port: number, platform: string): Promise<string | undefined> {
  try {
    if (platform === 'linux') return await ownerFromFiles(port);
    return platform === 'win32' ? await ownerFromNetstat(port) : await ownerFromLsof(port);
  } catch {
    return undefined;
  }
}

async function ownerFromFiles(port: number): Promise<string | undefined> {
  const tables = await Promise.all(['tcp', 'tcp6'].map(name => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')));
  const sockets = new Set(tables.flatMap(table => listeners(table, port)));
  if (sockets.size === 0) return undefined;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const file of files) {
      const target = await readlink(`/proc/${pid}/fd/${file}`).catch(() => '');
      if (!sockets.has(target)) continue;
      return `${(await readFile(`/proc/${pid}/comm`, 'utf8')).trim()} (process ${pid})`;
    }
  }
  return 'a program of another user';
}

// https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
function listeners(table: string, port: number): readonly string[] {
  return table.split('\n').flatMap(line => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    const isIt = state === '0A' && Number.parseInt(local.split(':').at(-1) ?? '', 16) === port;
    return isIt ? [`socket:[${inode}]`] : [];
  });
}

async function ownerFromLsof(port: number): Promise<string | undefined> {
  return ownerInLsof(await run('lsof', '-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'));
}

/** The program in what `lsof -Fpc` writes. */
export function ownerInLsof(text: string): string | undefined {
  const [, pid] = /^p(\d+)$/m.exec(text) ?? [];
  const [, name] = /^c(.+)$/m.exec(text) ?? [];
  return pid === undefined ? undefined : `${name ?? 'a program'} (process ${pid})`;
}

async function ownerFromNetstat(port: number): Promise<string | undefined> {
  const pid = ownerInNetstat(await run('netstat', '-ano'), port);
  if (pid === undefined) return undefined;
  const [, name] = /^"([^"]+)"/.exec(await run('tasklist', '/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH')) ?? [];
  return `${name ?? 'a program'} (process ${pid})`;
}

/** The process id in what `netstat -ano` of Windows writes. */
export function ownerInNetstat(text: string, port: number): string | undefined {
  // The state is a word of the system's language; only who listens has nobody at the other end.
  const nobody = '(?:0\\.0\\.0\\.0|\\[::\\]):0';
  const [, pid] = new RegExp(`^\\s*TCP\\s+\\S+:${port}\\s+${nobody}\\s.*\\s(\\d+)\\s*$`, 'm').exec(text) ?? [];
  return pid;
}

const run = (program: string, ...args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(program, args, { timeout: 2000, windowsHide: true }, (error, output) => {
      if (error === null) resolve(output);
      else reject(error);
    });
  });
