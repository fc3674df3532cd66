import { existsSync } from 'node:fs';
import { addressOf, gatewayAt } from '../address.ts';
import { Ended, UsageError } from '../exit.ts';
import { type Column, paint, shortTime, writeTable } from '../print.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';
import { askToStop, isAlive, listRunning, type Running } from './record.ts';
import { serviceFile } from './service.ts';

/** Writes which gateways run; ends with 1 when none does. */
export async function runStatus(
  resolved: ResolvedSettings,
  world: World,
  { json }: { readonly json?: true },
): Promise<void> {
  const running = await findRunning(world);
  const address = addressOf(resolved.settings);
  const other = running.some(({ url }) => url === address) ? undefined : await gatewayAt(address);
  if (json) {
    const all = [...running, ...(other === undefined ? [] : [{ url: address, version: other.version }])];
    world.output.write(`${JSON.stringify(all, null, 2)}\n`);
  } else {
    if (running.length > 0) world.output.write(writeTable(running, columnsAt(world), world.output.columns));
    if (other !== undefined)
      world.output.write(`kiro-gw ${other.version} answers at ${address}, started by another user.\n`);
    const service = serviceFile(world);
    if (service !== undefined && existsSync(service))
      world.output.write(paint(world.output).dim(`Service: ${service}\n`));
    if (running.length === 0 && other === undefined) {
      world.errors.write('No gateway runs. Start one with: kiro-gw serve --background\n');
    }
  }
  if (running.length === 0 && other === undefined) throw new Ended('failed');
}

/** Stops the gateway at the address of the settings, the only one that runs, or all; waits until it has gone. */
export async function runStop(
  resolved: ResolvedSettings,
  world: World,
  { all, force }: { readonly all?: true; readonly force?: true },
): Promise<void> {
  const running = await findRunning(world);
  const chosen = all ? running : choose(running, resolved);
  if (chosen.length === 0) {
    world.errors.write('No gateway runs. Start one with: kiro-gw serve --background\n');
    return;
  }
  for (const { pid, url } of chosen) {
    if (world.platform === 'win32' && !force) askToStop(pid, world);
    else process.kill(pid, force ? 'SIGKILL' : 'SIGTERM');
    const patience = resolved.settings.shutdownTimeout + 5000;
    if (!(await hasGone(pid, patience, world))) {
      throw new UsageError(`Process ${pid} at ${url} has not ended. To end it at once: kiro-gw stop --force`);
    }
    world.errors.write(`Stopped the gateway at ${url}.\n`);
  }
}

// A process number may have gone to another program since: only what answers as a gateway is one, and of several that
// told of one address it is the last.
async function findRunning(world: World): Promise<readonly Running[]> {
  const told = [...new Map(listRunning(world).map(one => [one.url, one])).values()];
  const answers = await Promise.all(told.map(({ url }) => gatewayAt(url)));
  return told.filter((_, at) => answers[at] !== undefined);
}

function choose(running: readonly Running[], { settings, origins }: ResolvedSettings): readonly Running[] {
  const address = addressOf(settings);
  const there = running.filter(({ url }) => url === address);
  if (there.length > 0 || running.length === 0) return there;
  const [only, ...others] = running;
  if (only !== undefined && others.length === 0 && origins.port.kind === 'default') return [only];
  const addresses = running.map(({ url }) => url).join(', ');
  throw new UsageError(
    `None of the gateways that run is at ${address}, but at ${addresses}. Name one with --port, or all: --all`,
  );
}

async function hasGone(pid: number, patience: number, world: World): Promise<boolean> {
  const end = world.now() + patience;
  while (isAlive(pid)) {
    if (world.now() > end) return false;
    await Bun.sleep(20);
  }
  return true;
}

const columnsAt = (world: World): readonly Column<Running>[] => [
  { title: 'ADDRESS', read: ({ url }) => url },
  { title: 'VERSION', read: ({ version }) => version },
  { title: 'PROCESS', right: true, read: ({ pid }) => String(pid) },
  { title: 'RUNS FOR', right: true, read: ({ startedAt }) => shortTime(Math.max(0, world.now() - startedAt)) },
];
