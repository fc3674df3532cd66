import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gatewayAt } from '../address.ts';
import { envCommand } from '../env-command.ts';
import { Ended } from '../exit.ts';
import { paint } from '../print.ts';
import { detectShell, usageIn } from '../shells.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';
import { listRunning, type Running } from './record.ts';

/** Where a gateway in the background writes what it has to say. */
export const logFile = ({ folders }: Pick<World, 'folders'>): string => join(folders.data, 'gateway.log');

/** Starts `serve` with the same arguments as a process of its own, and waits until it listens. */
export async function startInBackground(resolved: ResolvedSettings, world: World): Promise<void> {
  const file = logFile(world);
  mkdirSync(world.folders.data, { recursive: true, mode: 0o700 });
  if (sizeOf(file) > largestLog) renameSync(file, `${file}.1`);
  const before = sizeOf(file);
  const log = openSync(file, 'a', 0o600);
  const [program, ...first] = world.program;
  const args = [...first, ...world.args.filter(arg => arg !== '--background')];
  const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log], windowsHide: true });
  closeSync(log);
  let hasEnded = false;
  child.once('exit', () => {
    hasEnded = true;
  });
  child.once('error', () => {
    hasEnded = true;
  });
  const running = await untilListening(child.pid ?? 0, () => hasEnded, world);
  child.unref();
  if (running === undefined) {
    // What is said not to have started is not to start later.
    child.kill();
    const said = lastWords(readFileSync(file).subarray(before).toString('utf8'));
    world.errors.write(`${said}The gateway did not start. Its log: ${file}\n`);
    throw new Ended(child.exitCode ?? 'failed');
  }
  const { bold, dim } = paint(world.output);
  const next = usageIn(detectShell(world), envCommand(running.url, resolved));
  world.output.write(`kiro-gw listens on ${bold(running.url)} in the background (process ${running.pid}).\n`);
  world.output.write(dim(`Next: ${next}   Stop it: kiro-gw stop   Its log: ${file}\n`));
}

// Another gateway may write there at the same time: what the one that failed has said is the error, and what follows it.
function lastWords(text: string): string {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('{'));
  const first = Math.max(
    0,
    lines.findLastIndex(line => line.startsWith('error:')),
  );
  return lines
    .slice(first)
    .map(line => `${line}\n`)
    .join('');
}

async function untilListening(pid: number, hasEnded: () => boolean, world: World): Promise<Running | undefined> {
  const end = world.now() + patience;
  while (!hasEnded() && world.now() < end) {
    const running = listRunning(world).find(one => one.pid === pid);
    if (running !== undefined && (await gatewayAt(running.url)) !== undefined) return running;
    await Bun.sleep(25);
  }
  return undefined;
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

const patience = 15_000;
const largestLog = 5_000_000;
