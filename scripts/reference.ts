import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodeMeanings, exitCodes } from '../src/cli/exit.ts';
import { type Group, groups, type Setting } from '../src/cli/setting.ts';
import { keyOf, type Name, names, table } from '../src/cli/settings.ts';
import { flagOf } from '../src/cli/sources.ts';
import { withoutEffect as messages } from '../src/dialects/anthropic/request.ts';
import { withoutEffect as chat } from '../src/dialects/openai-chat/request.ts';
import { withoutEffect as completions } from '../src/dialects/openai-completions/request.ts';
import { withoutEffect as responses } from '../src/dialects/openai-responses/parameters.ts';

/** The parts of README that come from the program itself, by the name of their place in it. */
export const reference: Readonly<Record<string, () => string>> = {
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

/** A text with its generated parts, which stand between `<!-- name -->` and `<!-- /name -->`, written anew. */
export function refresh(text: string): string {
  return Object.entries(reference).reduce((whole, [name, write]) => {
    const place = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
    if (!place.test(whole)) throw new Error(`There is no place for "${name}".`);
    return whole.replace(place, (_, before: string, after: string) => `${before}\n${write()}\n${after}`);
  }, text);
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
