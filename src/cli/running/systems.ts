import { join } from 'node:path';
import type { World } from '../world.ts';
import { logFile } from './background.ts';

/** How a system starts a program whenever its user is there. */
export interface System {
  readonly name: string;
  /** The file that describes the service. */
  file(world: World): string;
  write(command: readonly string[], world: World): string;
  /** How that is written to the file; UTF-8 when left out. */
  readonly encoding?: 'utf16le';
  readonly install: (file: string) => readonly SystemCommand[];
  readonly uninstall: (file: string) => readonly SystemCommand[];
  /** What may help where it is refused. */
  readonly refusal?: string;
  /** What a person may want to do besides. */
  readonly hint?: string;
  /** What is still there when the service is not. */
  readonly left?: string;
}

export type SystemCommand = readonly [program: string, ...args: readonly string[]];

// https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html
const systemd: System = {
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
};

// https://www.manpagez.com/man/5/launchd.plist
const launchd: System = {
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
      '  <key>ExitTimeOut</key><integer>40</integer>',
      ...['StandardOutPath', 'StandardErrorPath'].map(
        name => `  <key>${name}</key><string>${forXml(logFile(world))}</string>`,
      ),
      '</dict></plist>',
    ].join('\n'),
  install: file => [['launchctl', 'load', '-w', file]],
  uninstall: file => [['launchctl', 'unload', '-w', file]],
};

// https://learn.microsoft.com/windows/win32/taskschd/task-scheduler-schema
// A file, for what a command line cannot say: at most 261 signs fit there, and the task would belong to every user.
const taskScheduler: System = {
  name: 'The task scheduler',
  file: ({ folders }) => join(folders.data, 'service.xml'),
  encoding: 'utf16le',
  write: ([program = '', ...args], { env }) => {
    const user = [env['USERDOMAIN'], env['USERNAME']].filter(Boolean).join('\\');
    const userId = env['USERNAME'] ? `<UserId>${forXml(user)}</UserId>` : '';
    return [
      '<?xml version="1.0" encoding="UTF-16"?>',
      '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
      '  <RegistrationInfo>',
      '    <Description>kiro-gw, the OpenAI and Anthropic APIs on a Kiro subscription</Description>',
      '  </RegistrationInfo>',
      // Without a user it would mean any, and that takes an administrator.
      `  <Triggers><LogonTrigger><Enabled>true</Enabled>${userId}</LogonTrigger></Triggers>`,
      '  <Principals>',
      `    <Principal id="Author">${userId}<LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel></Principal>`,
      '  </Principals>',
      '  <Settings>',
      '    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
      '    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>',
      '    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
      '    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>',
      // What it would start by itself gives way to everything else.
      '    <Priority>5</Priority>',
      '  </Settings>',
      '  <Actions Context="Author">',
      '    <Exec>',
      `      <Command>${forXml(program)}</Command>`,
      `      <Arguments>${forXml([...args, '--background'].map(forWindows).join(' '))}</Arguments>`,
      '    </Exec>',
      '  </Actions>',
      '</Task>',
    ].join('\n');
  },
  install: file => [
    ['schtasks', '/Create', '/F', '/TN', 'kiro-gw', '/XML', file],
    ['schtasks', '/Run', '/TN', 'kiro-gw'],
  ],
  uninstall: () => [['schtasks', '/Delete', '/F', '/TN', 'kiro-gw']],
  refusal: 'It may want a terminal that was opened as administrator.',
  left: 'A gateway that it has started goes on until: kiro-gw stop',
};

// A program may not have these signs in its path there, but what another program is to start may.
const startable = (command: readonly string[]): readonly string[] =>
  /["'\\$]/.test(command[0] ?? '') ? ['/usr/bin/env', ...command] : command;

// Percent and dollar signs mean something there, also between quotes.
const forSystemd = (word: string): string => {
  const text = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@+=:,./%$-]+$/.test(text) ? text : `"${text.replaceAll(/["\\]/g, sign => `\\${sign}`)}"`;
};

// https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
const forWindows = (word: string): string =>
  /^[^\s"]+$/.test(word)
    ? word
    : `"${word.replaceAll(/(\\*)("|$)/g, (_, slashes, end) => `${slashes}${slashes}${end && '\\"'}`)}"`;

const forXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The systems by the name of their platform. */
export const systems: Readonly<Record<string, System>> = { linux: systemd, darwin: launchd, win32: taskScheduler };
