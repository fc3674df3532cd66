// The processes under measurement: the upstream and a gateway, their memory and their CPU time.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mode, UpstreamReport } from './upstream.ts';

export interface Upstream {
  readonly port: number;
  set(mode: Partial<Mode>): Promise<void>;
  /** When the next report of this type comes, in ms since 1970. */
  next(type: 'arrived' | 'left' | 'refused'): Promise<number>;
  stop(): void;
}

export interface Gateway {
  readonly name: string;
  readonly port: number;
  readonly key: string;
  /** Undefined where the gateway runs elsewhere. */
  readonly pid: number | undefined;
  /** Milliseconds from its start to the first accepted connection. */
  readonly startMs: number;
  stop(): Promise<void>;
}

/**
 * How a gateway is started; `{port}`, `{upstream}`, `{key}`, `{home}` (an empty folder, in which it runs), `{bun}` and
 * `{bench}` (this folder) in the command are filled in.
 */
export interface GatewayPlan {
  readonly name: string;
  readonly command: readonly string[];
  /** One that runs already, on this machine, in place of a start. */
  readonly running?: { readonly url: string; readonly key: string };
  readonly env?: Readonly<Record<string, string>>;
  /** A folder that several starts share; each has an empty one of its own when missing. */
  readonly home?: string;
}

export async function startUpstream(): Promise<Upstream> {
  const waiting = new Map<string, ((at: number) => void)[]>();
  let ready = (): void => {};
  const { promise: listening, resolve: listen } = Promise.withResolvers<number>();
  const child = Bun.spawn([process.execPath, join(import.meta.dirname, 'upstream.ts')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    ipc(message: UpstreamReport) {
      if (message.type === 'listening') listen(message.port);
      else if (message.type === 'ready') ready();
      else for (const resolve of waiting.get(message.type)?.splice(0) ?? []) resolve(message.at);
    },
  });
  return {
    port: await listening,
    set(mode) {
      return new Promise(resolve => {
        ready = resolve;
        child.send({ events: 400, pace: 0, delay: 0, ...mode });
      });
    },
    next(type) {
      return new Promise(resolve => waiting.set(type, [...(waiting.get(type) ?? []), resolve]));
    },
    stop: () => child.kill('SIGKILL'),
  };
}

/** An upstream that runs already: it answers as it likes, 400 events each time, and tells nothing. */
export function useUpstream(url: string): Upstream {
  return {
    port: localPort(url),
    set: async () => {},
    next: () =>
      Promise.reject(new Error('Only the own upstream tells when something happens: leave this scenario out.')),
    stop: () => {},
  };
}

export async function startGateway(plan: GatewayPlan, upstream: Upstream): Promise<Gateway> {
  const { name, running } = plan;
  if (running) {
    return { name, port: localPort(running.url), key: running.key, pid: undefined, startMs: 0, stop: async () => {} };
  }
  const port = await freePort();
  const home = plan.home ?? createHome();
  const key = 'bench-key-of-sufficient-length';
  const fill = (text: string): string =>
    text
      .replaceAll('{port}', String(port))
      .replaceAll('{upstream}', `http://127.0.0.1:${upstream.port}`)
      .replaceAll('{key}', key)
      .replaceAll('{home}', home)
      .replaceAll('{bun}', process.execPath)
      .replaceAll('{bench}', import.meta.dirname);
  const env = Object.fromEntries(Object.entries(plan.env ?? {}).map(([name, value]) => [name, fill(value)]));
  const started = performance.now();
  const child = Bun.spawn(plan.command.map(fill), {
    cwd: home,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, ...env },
    stdio: ['ignore', 'ignore', process.env['BENCH_VERBOSE'] ? 'inherit' : 'ignore'],
  });
  await accepted(port, started + 20_000);
  const startMs = performance.now() - started;
  return {
    name: plan.name,
    port,
    key,
    pid: child.pid,
    startMs,
    async stop() {
      child.kill('SIGKILL');
      await child.exited;
      if (plan.home === undefined) removeHome(home);
    },
  };
}

export function createHome(): string {
  return mkdtempSync(join(tmpdir(), 'gateway-bench-'));
}

export function removeHome(home: string): void {
  rmSync(home, { recursive: true, force: true });
}

/** Resident memory of a process now and at its highest, in bytes. */
export function readMemory(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024;
  return { now: read('VmRSS'), peak: read('VmHWM') };
}

/** CPU time that a process has used, user and system, in milliseconds. */
export function readCpu(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function localPort(url: string): number {
  const { hostname, port } = new URL(url);
  if (hostname !== '127.0.0.1' && hostname !== 'localhost') throw new Error(`${url} is on another machine.`);
  return Number(port || 80);
}

async function accepted(port: number, deadline: number): Promise<void> {
  const once = (): Promise<boolean> =>
    new Promise(resolve => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
  while (!(await once())) {
    if (performance.now() > deadline) throw new Error(`Nothing listens on port ${port}.`);
    await Bun.sleep(1);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
