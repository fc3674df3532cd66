import type { Argument, Command } from 'commander';
import { exitCodeMeanings, exitCodes } from '../exit.ts';
import { groups, type Setting } from '../setting.ts';
import { names, table } from '../settings.ts';

/** The manual page, in the language of man. */
export function writeManual(program: Command, version: string): string {
  const help = program.createHelp();
  const commands = help.visibleCommands(program).filter(command => command.name() !== 'help');
  const lines = [
    `.TH KIRO-GW 1 "" "kiro-gw ${version}" "User Commands"`,
    '.SH NAME',
    text(`kiro-gw - ${program.description()}`),
    '.SH SYNOPSIS',
    '.B kiro-gw',
    '\\fIcommand\\fR [\\fIoptions\\fR]',
    '.SH COMMANDS',
    ...commands.flatMap(command => writeCommand(command, '')),
    '.SH SETTINGS',
    text('A flag counts before the environment, that before the configuration file, that before the default.'),
    ...names.flatMap(name => writeSetting(table[name])),
    '.SH EXIT STATUS',
    ...Object.entries(exitCodes).flatMap(([name, code]) =>
      item(String(code), exitCodeMeanings[name as keyof typeof exitCodes]),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function writeCommand(command: Command, before: string): readonly string[] {
  const help = command.createHelp();
  const name = `${before}${command.name()}`;
  const usage = command.registeredArguments.map(writeArgument).join(' ');
  const options = help.visibleOptions(command).filter(({ long }) => long !== '--help');
  return [
    `.SS ${text(`kiro-gw ${name} ${usage}`.trimEnd())}`,
    text(command.description()),
    ...options.flatMap(option => item(help.optionTerm(option), help.optionDescription(option))),
    ...help
      .visibleCommands(command)
      .filter(one => one.name() !== 'help')
      .flatMap(one => writeCommand(one, `${name} `)),
  ];
}

// As in the help of the command.
function writeArgument(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

const writeSetting = ({ env, help, fallback, group }: Setting): readonly string[] =>
  item(env, `${help}${fallback ? ` (default ${fallback})` : ''} [${groups[group]}]`);

const item = (term: string, meaning: string): readonly string[] => ['.TP', `.B ${text(term)}`, text(meaning)];

// https://man7.org/linux/man-pages/man7/groff_char.7.html
const text = (plain: string): string =>
  plain
    .replaceAll('…', '...')
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(['.])/gm, '\\&$1');
