import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { version } from '../package.json';
import { configSchema } from '../src/cli/config-schema.ts';
import { exitCodeMeanings, exitCodes } from '../src/cli/exit.ts';
import { createProgram } from '../src/cli/main.ts';
import { type Group, groups, type Setting } from '../src/cli/setting.ts';
import { keyOf, type Name, names, table } from '../src/cli/settings.ts';
import { flagOf } from '../src/cli/sources.ts';
import { createWorld } from '../src/cli/world.ts';
import { withoutEffect as messages } from '../src/dialects/anthropic/request.ts';
import { withoutEffect as chat } from '../src/dialects/openai-chat/request.ts';
import { withoutEffect as completions } from '../src/dialects/openai-completions/request.ts';
import { withoutEffect as responses } from '../src/dialects/openai-responses/parameters.ts';

/** The parts of README that come from the program itself, by the name of their place in it. */
export const reference: Readonly<Record<string, () => string>> = {
  commands: () => {
    const commands = program.createHelp().visibleCommands(program);
    const rows = commands.map(command => [
      code(`kiro-gw ${command.name()}`),
      command.summary() || command.description(),
    ]);
    const pages = commands.filter(command => command.name() !== 'help').map(writePage);
    return `${writeRows([['Command', 'What it does'], ...rows])}\n${pages.join('\n')}`;
  },
  settings: () => (Object.keys(groups) as Group[]).map(writeGroup).join('\n'),
  'ignored parameters': () =>
    writeRows([
      ['API', 'Accepted without effect'],
      ['Messages', codes(messages)],
      ['Chat Completions', codes(chat)],
      ['Responses', codes([...responses, 'text.verbosity'])],
      ['Completions', codes(completions)],
    ]),
  'clients tried': () => readFileSync(join(import.meta.dirname, '../test/clients/RESULT.md'), 'utf8'),
  'exit codes': () =>
    writeRows([
      ['Code', 'Meaning'],
      ...Object.entries(exitCodes).map(([name, code]) => [
        String(code),
        exitCodeMeanings[name as keyof typeof exitCodes],
      ]),
    ]),
};

/** The JSON Schema of the configuration file, as it is published. */
export const writeSchema = (): string => `${JSON.stringify(configSchema(), null, 2)}\n`;

/** A text with its generated parts, which stand between `<!-- name -->` and `<!-- /name -->`, written anew. */
export function refresh(text: string): string {
  return Object.entries(reference).reduce((whole, [name, write]) => {
    const place = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!place.test(whole)) throw new Error(`There is no place for "${name}".`);
    return whole.replace(place, (_, before: string, after: string) => `${before}\n${write()}\n${after}`);
  }, text);
}

const world = createWorld(version);
const program = await createProgram({ ...world, args: [], output: { ...world.output, columns: 98, colours: false } });

function writePage(command: Command): string {
  const inner = command.commands.filter(one => one.name() !== 'help').map(helpOf);
  const title = `<summary><code>kiro-gw ${command.name()} --help</code></summary>`;
  const text = [helpOf(command), ...inner].join('\n\n');
  return `<details>${title}\n\n\`\`\`\n${text}\n\`\`\`\n\n</details>\n`;
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut(more) {
      text += more;
    },
  });
  command.outputHelp();
  return text.trim();
}

function writeGroup(group: Group): string {
  const rows = names.filter(name => table[name].group === group).map(writeSetting);
  return `**${groups[group]}**\n\n${writeRows([['Variable', 'Flag', 'In the file', 'Default', 'What it does'], ...rows])}`;
}

function writeSetting(name: Name): readonly string[] {
  const setting: Setting = table[name];
  const flag = flagOf(setting);
  const { fallback } = setting;
  return [code(setting.env), flag ? code(flag) : '', code(keyOf(name)), fallback ? code(fallback) : '', setting.help];
}

const codes = (names: readonly string[]): string => names.map(code).join(', ');

const code = (text: string): string => `\`${text}\``;

function writeRows([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}
