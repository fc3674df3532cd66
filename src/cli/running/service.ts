import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ended, UsageError } from '../exit.ts';
import { paint } from '../print.ts';
import { keyOf, names } from '../settings.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';
import { logFile } from './background.ts';

/** How a system starts a program whenever its user is there. */
interface System {
  readonly name: string;
  /** The file that describes the service; none where the system keeps it. */
  file?(world: World): string;
  write(command: readonly string[], world: World): string;
  readonly install: (file: string, text: string) => readonly Command[];
  readonly uninstall: (file: string) => readonly Command[];
  /** What may help where it is refused. */
  readonly refusal?: string;
  /** What a person may want to do besides. */
  readonly hint?: string;
}

type Command = readonly [program: string, ...args: readonly string[]];

/** The file of the service on this system; undefined where there is none. */
export const serviceFile = (world: World): string | undefined => systems[world.platform]?.file?.(world);

export interface ServiceOptions {
  readonly print?: true;
}

/** Has the gateway started whenever the user signs in, and now. */
export function runServiceInstall(resolved: ResolvedSettings, world: World, { print }: ServiceOptions): void {
  const system = systemOf(world);
  const config = resolved.file === undefined ? [] : ['--config', resolved.file];
  const text = system.write([...world.program, 'serve', ...config], world);
  if (print) {
    world.output.write(`${text}\n`);
    return;
  }
  const file = system.file?.(world) ?? '';
  if (file !== '') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
  }
  try {
    for (const command of system.install(file, text)) run(command);
  } catch (error) {
    if (file !== '') rmSync(file, { force: true });
    world.errors.write(`${system.name} does not take it: ${(error as Error).message}\n`);
    if (system.refusal !== undefined) world.errors.write(`${system.refusal}\n`);
    world.errors.write('Without a service: kiro-gw serve --background\n');
    throw new Ended('failed');
  }
  const { green, dim, yellow } = paint(world.errors);
  world.errors.write(`${green('✓')} Installed${file === '' ? '' : ` as ${file}`} and started. See: kiro-gw status\n`);
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
  const file = system.file?.(world) ?? '';
  if (file !== '' && !existsSync(file)) throw new UsageError(`No service is installed: there is no ${file}.`);
  for (const command of system.uninstall(file)) {
    try {
      run(command);
    } catch (error) {
      world.errors.write(paint(world.errors).yellow(`${command.join(' ')}: ${(error as Error).message}\n`));
    }
  }
  if (file !== '') rmSync(file, { force: true });
  world.errors.write('The service is stopped and removed.\n');
}

function systemOf({ platform }: World): System {
  const system = systems[platform];
  if (system === undefined)
    throw new UsageError(`Services of ${platform} are not known here. Use: kiro-gw serve --background`);
  return system;
}

function run([program, ...args]: Command): void {
  try {
    execFileSync(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000, windowsHide: true });
  } catch (error) {
    const said = 'stderr' in (error as object) ? String((error as { stderr?: unknown }).stderr ?? '').trim() : '';
    throw new Error(said === '' ? (error as Error).message : (said.split('\n')[0] ?? ''));
  }
}

const systems: Readonly<Record<string, System>> = {
  // https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html
  linux: {
    name: 'systemd',
    file: ({ env, folders }) =>
      join(env['XDG_CONFIG_HOME'] || join(folders.home, '.config'), 'systemd', 'user', 'kiro-gw.service'),
    write: command =>
      [
        '[Unit]',
        'Description=kiro-gw, the OpenAI and Anthropic APIs on a Kiro subscription',
        'After=network.target',
        '',
        '[Service]',
        `ExecStart=${startable(command).map(forSystemd).join(' ')}`,
        'Restart=on-failure',
        'RestartSec=5',
        'TimeoutStopSec=40',
        'NoNewPrivileges=true',
        '',
        '[Install]',
        'WantedBy=default.target',
      ].join('\n'),
    install: () => [
      ['systemctl', '--user', 'daemon-reload'],
      ['systemctl', '--user', 'enable', '--now', 'kiro-gw.service'],
    ],
    uninstall: () => [['systemctl', '--user', 'disable', '--now', 'kiro-gw.service']],
    hint: 'Its log: journalctl --user -u kiro-gw   To run it also when you are not signed in: loginctl enable-linger',
  },
  // https://www.manpagez.com/man/5/launchd.plist
  darwin: {
    name: 'launchd',
    file: ({ folders }) => join(folders.home, 'Library', 'LaunchAgents', 'dev.kiro-gw.plist'),
    write: (command, world) =>
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
        '<plist version="1.0"><dict>',
        '  <key>Label</key><string>dev.kiro-gw</string>',
        '  <key>ProgramArguments</key><array>',
        ...command.map(word => `    <string>${forXml(word)}</string>`),
        '  </array>',
        '  <key>RunAtLoad</key><true/>',
        '  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>',
        ...['StandardOutPath', 'StandardErrorPath'].map(
          name => `  <key>${name}</key><string>${forXml(logFile(world))}</string>`,
        ),
        '</dict></plist>',
      ].join('\n'),
    install: file => [['launchctl', 'load', '-w', file]],
    uninstall: file => [['launchctl', 'unload', '-w', file]],
  },
  // https://learn.microsoft.com/windows-server/administration/windows-commands/schtasks-create
  win32: {
    name: 'The task scheduler',
    write: command => [...command, '--background'].map(word => (/\s/.test(word) ? `"${word}"` : word)).join(' '),
    install: (_, text) => [
      ['schtasks', '/Create', '/F', '/TN', 'kiro-gw', '/SC', 'ONLOGON', '/RL', 'LIMITED', '/TR', text],
      ['schtasks', '/Run', '/TN', 'kiro-gw'],
    ],
    refusal: 'It may want a terminal that was opened as administrator.',
    uninstall: () => [['schtasks', '/Delete', '/F', '/TN', 'kiro-gw']],
  },
};

// A program may not have these signs in its path there, but what another program is to start may.
const startable = (command: readonly string[]): readonly string[] =>
  /["'\\$]/.test(command[0] ?? '') ? ['/usr/bin/env', ...command] : command;

// Percent and dollar signs mean something there, also between quotes.
const forSystemd = (word: string): string => {
  const text = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@+=:,./%$-]+$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, sign => `\\${sign}`)}"`;
};

const forXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
