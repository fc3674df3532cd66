import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runChild } from './child.ts';
import { configFile } from './config-file.ts';
import { Ended, UsageError } from './exit.ts';
import { groups, type Setting } from './setting.ts';
import { keyOf, names, table } from './settings.ts';
import { readSettings } from './sources.ts';
import type { World } from './world.ts';

/** Opens the configuration file in an editor, and looks afterwards whether it is right. */
export async function runConfigEdit(file: string | undefined, world: World): Promise<void> {
  const path = file ?? world.env['KIRO_GW_CONFIG'] ?? fileInForce(world);
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, path.endsWith('.json') ? '{}\n' : template(), { mode: 0o600 });
  }
  const named = world.env['VISUAL'] || world.env['EDITOR'];
  // An editor that somebody named may do without a terminal.
  if (named === undefined && !(world.input.isTerminal && world.output.isTerminal)) {
    throw new UsageError(`There is no terminal for an editor. The file is ${path}; or: kiro-gw config set`);
  }
  const [program = 'vi', ...args] = wordsOf(named ?? usual(world));
  const code = await runChild({ program: Bun.which(program) ?? program, args: [...args, path], env: world.env }, world);
  if (code === 127) world.errors.write(`Name your editor in VISUAL or EDITOR. The file is ${path}\n`);
  if (code !== 0 && code !== 127) world.errors.write(`The editor ${program} failed. The file is ${path}\n`);
  if (code !== 0) throw new Ended(code);
  try {
    // The environment is not what was edited.
    readSettings({ config: path }, { ...world, env: {} });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const isSaid = error.message.includes(again);
    throw new UsageError(isSaid ? error.message : `${error.message} Correct it with: ${again}`);
  }
}

// A path may hold spaces, as it is or in quotes.
const wordsOf = (text: string): readonly string[] =>
  existsSync(text) ? [text] : [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

function fileInForce(world: World): string {
  const json = join(world.folders.config, 'config.json');
  return configFile(existsSync(json) ? json : undefined, world);
}

const again = 'kiro-gw config edit';

const usual = ({ platform }: World): string => (platform === 'win32' ? 'notepad' : 'vi');

/** A file that sets nothing and shows all that can be set. */
function template(): string {
  const parts = Object.entries(groups).map(([group, title]) => {
    const entries = names.filter(name => table[name].group === group).map(name => writeEntry(keyOf(name), table[name]));
    return `## ${title}\n\n${entries.join('\n')}`;
  });
  return `# The settings of kiro-gw. Those that begin with # are as they are by default.\n\n${parts.join('\n')}`;
}

function writeEntry(key: string, { help, fallback, env }: Setting): string {
  return `# ${help} (${env})\n# ${key} = ${JSON.stringify(fallback ?? '')}\n`;
}
