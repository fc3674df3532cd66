import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Ended, UsageError } from '../exit.ts';
import { paint } from '../print.ts';
import { keyOf, names } from '../settings.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';
import { type System, type SystemCommand, systems } from './systems.ts';

/** The file of the service on this system; undefined where there is none. */
export const serviceFile = (world: World): string | undefined => systems[world.platform]?.file(world);

export interface ServiceOptions {
  readonly print?: true;
}

/** Has the gateway started whenever the user signs in, and now. */
export function runServiceInstall(resolved: ResolvedSettings, world: World, { print }: ServiceOptions): void {
  const system = systemOf(world);
  const config = resolved.file === undefined ? [] : ['--config', resolved.file];
  const command = [...world.program, 'serve', ...config];
  const strange = command.find(word => /\p{Cc}/u.test(word));
  if (strange !== undefined) {
    throw new UsageError(`No service can be told of ${JSON.stringify(strange)}. Move it to another path.`);
  }
  const text = system.write(command, world);
  if (print) {
    world.output.write(`${text}\n`);
    return;
  }
  const file = system.file(world);
  // One that runs would go on as it is.
  if (existsSync(file)) undo(system, file, () => {});
  // Not every system makes the folder of the log.
  mkdirSync(world.folders.data, { recursive: true, mode: 0o700 });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, system.encoding === undefined ? `${text}\n` : `\ufeff${text}\n`, system.encoding ?? 'utf8');
  try {
    for (const step of system.install(file)) run(step);
  } catch (error) {
    rmSync(file, { force: true });
    world.errors.write(`${system.name} does not take it: ${(error as Error).message}\n`);
    if (system.refusal !== undefined) world.errors.write(`${system.refusal}\n`);
    world.errors.write('Without a service: kiro-gw serve --background\n');
    throw new Ended('failed');
  }
  const { green, dim, yellow } = paint(world.errors);
  world.errors.write(`${green('✓')} Installed as ${file} and started. See: kiro-gw status\n`);
  if (system.hint !== undefined) world.errors.write(dim(`${system.hint}\n`));
  for (const name of names) {
    const { kind, from } = resolved.origins[name];
    if (kind !== 'environment') continue;
    const mend = `kiro-gw config set ${keyOf(name)} …`;
    world.errors.write(
      yellow(`${from} is set in this shell, where the service does not see it. Keep it with: ${mend}\n`),
    );
  }
}

/** Takes that back. */
export function runServiceUninstall(world: World): void {
  const system = systemOf(world);
  const file = system.file(world);
  if (!existsSync(file)) throw new UsageError(`No service is installed: there is no ${file}.`);
  undo(system, file, problem => world.errors.write(paint(world.errors).yellow(`${problem}\n`)));
  rmSync(file, { force: true });
  world.errors.write(
    system.left === undefined ? 'The service is stopped and removed.\n' : `The service is removed. ${system.left}\n`,
  );
}

function undo(system: System, file: string, onProblem: (problem: string) => void): void {
  for (const command of system.uninstall(file)) {
    try {
      run(command);
    } catch (error) {
      onProblem(`${command.join(' ')}: ${(error as Error).message}`);
    }
  }
}

function systemOf({ platform }: World): System {
  const system = systems[platform];
  if (system === undefined)
    throw new UsageError(`Services of ${platform} are not known here. Use: kiro-gw serve --background`);
  return system;
}

function run([program, ...args]: SystemCommand): void {
  try {
    execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000, windowsHide: true });
  } catch (error) {
    const said = 'stderr' in (error as object) ? String((error as { stderr?: unknown }).stderr ?? '').trim() : '';
    throw new Error(said === '' ? (error as Error).message : (said.split('\n')[0] ?? ''));
  }
}
