import { UsageError } from './exit.ts';
import type { World } from './world.ts';

/** The shells that `env` can write for. */
export type ShellName = 'bash' | 'zsh' | 'fish' | 'powershell' | 'cmd' | 'nushell';

export type Variables = Readonly<Record<string, string>>;

/** The shell that will read what the program prints, as far as the system and the environment tell. */
export function detectShell({ env, platform, parent }: Pick<World, 'env' | 'platform' | 'parent'>): ShellName {
  if (platform === 'win32') {
    if (env['NU_VERSION']) return 'nushell';
    // What cmd has set every program below it has, so a PowerShell in it, too; asking takes a while there.
    const found = shellIn(env['SHELL']) ?? (env['PROMPT'] ? shellIn(parent()) : 'powershell');
    return found ?? 'cmd';
  }
  // A shell in a shell has the variables of both.
  return shellIn(parent()) ?? (env['NU_VERSION'] ? 'nushell' : shellIn(env['SHELL'])) ?? 'bash';
}

const shellIn = (program: string | undefined): ShellName | undefined => {
  const name = program
    ?.split(/[\\/]/)
    .at(-1)
    ?.replace(/\.exe$/i, '');
  return name === undefined ? undefined : namesInPaths[name.toLowerCase()];
};

/** The lines that set the variables in a shell, or that remove them. */
export function writeVariables(shell: ShellName, variables: Variables, unset: boolean): string {
  const { set, remove } = shells[shell];
  return Object.entries(variables)
    .map(([name, value]) => `${unset ? remove(name) : set(name, value)}\n`)
    .join('');
}

/** How a person has those lines evaluated. */
export const usageIn = (shell: ShellName, command: string): string => shells[shell].usage(command);

const isPlain = (value: string): boolean => /^[ -~]*$/.test(value);

interface Shell {
  set(name: string, value: string): string;
  remove(name: string): string;
  usage(command: string): string;
}

const posix: Shell = {
  set: (name, value) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`,
  remove: name => `unset ${name}`,
  usage: command => `eval "$(${command})"`,
};

const shells: Readonly<Record<ShellName, Shell>> = {
  bash: posix,
  zsh: posix,
  fish: {
    set: (name, value) => `set -gx ${name} '${value.replaceAll(/[\\']/g, character => `\\${character}`)}'`,
    remove: name => `set -e ${name}`,
    usage: command => `${command} | source`,
  },
  powershell: {
    // Line ends and other encodings do not survive the way through a console: those signs go by their numbers.
    set: (name, value) => {
      const text = isPlain(value)
        ? `'${value.replaceAll("'", "''")}'`
        : `"${value.replaceAll(/[^\w .:/-]/g, sign => `$([char]${sign.charCodeAt(0)})`)}"`;
      return `$env:${name} = ${text}`;
    },
    remove: name => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
    usage: command => `${command} | Out-String | Invoke-Expression`,
  },
  cmd: {
    set: (name, value) => {
      if (!isPlain(value) || value.includes('"'))
        throw new UsageError(`cmd has no way to write the value of ${name}. Try --shell powershell.`);
      return `set "${name}=${value}"`;
    },
    remove: name => `set "${name}="`,
    usage: command => `for /f "delims=" %i in ('${command}') do @%i`,
  },
  nushell: {
    // As JSON, but for what it escapes by number: https://www.nushell.sh/book/working_with_strings.html
    set: (name, value) => {
      const text = JSON.stringify(value).replaceAll(/\\(?:u([0-9a-f]{4})|.)/g, (sign, code?: string) =>
        code === undefined ? sign : `\\u{${code}}`,
      );
      return `$env.${name} = ${text}`;
    },
    remove: name => `hide-env --ignore-errors ${name}`,
    usage: command => `${command} --json | from json | load-env`,
  },
};

/** Their names, for help. */
export const shellNames = Object.keys(shells) as readonly ShellName[];

const namesInPaths: Readonly<Record<string, ShellName>> = {
  bash: 'bash',
  sh: 'bash',
  dash: 'bash',
  ksh: 'bash',
  zsh: 'zsh',
  fish: 'fish',
  pwsh: 'powershell',
  powershell: 'powershell',
  nu: 'nushell',
};
