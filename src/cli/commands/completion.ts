import { Argument, type Command } from 'commander';
import { UsageError } from '../exit.ts';
import { paint } from '../print.ts';
import { detectShell } from '../shells.ts';
import type { World } from '../world.ts';

/** `kiro-gw completion`: the words of the program for a shell, and the manual page. */
export function addCompletion(program: Command, world: World): void {
  program
    .command('completion')
    .summary('print what completes commands in a shell')
    .description('Print what completes commands, options, models and accounts in a shell.')
    .addArgument(new Argument('[shell]', 'for which shell; found out when not given').choices(shells))
    .addHelpText('after', examples)
    .action((shell?: string) => runCompletion(shell, world));
  program
    .command('man')
    .summary('print the manual page')
    .description('Print the manual page, for man: all commands, settings and exit codes.')
    .addHelpText('after', manExamples)
    .action(async () => {
      const { writeManual } = await import('../completion/manual.ts');
      world.output.write(writeManual(program, world.build.version));
    });
  // What the shells ask; a line for each candidate.
  program
    .command('__complete [words...]', { hidden: true })
    .allowUnknownOption()
    .action(async (words: string[]) => {
      const { complete } = await import('../completion/complete.ts');
      const { candidates, takesFiles } = await complete(program, words, world);
      const lines = candidates.map(({ word, help = '' }) => `${word}\t${help.replaceAll(/\s+/g, ' ')}\n`);
      world.output.write(`${lines.join('')}${takesFiles ? ':files\n' : ''}`);
    });
}

/** Writes the script of a shell; on a terminal also how it is switched on. */
async function runCompletion(given: string | undefined, world: World): Promise<void> {
  const { completionHints, completionScripts, completionShells } = await import('../completion/scripts.ts');
  const wanted = given ?? detectShell(world);
  const shell = completionShells.find(name => name === wanted);
  if (shell === undefined) throw new UsageError(`There is no completion for ${wanted}, but for ${shells.join(', ')}.`);
  world.output.write(completionScripts[shell]);
  if (!world.output.isTerminal) return;
  world.errors.write(paint(world.errors).dim(`\nTo switch it on for good: ${completionHints[shell]}\n`));
}

const shells = ['bash', 'zsh', 'fish', 'powershell'];

const examples = `
Examples:
  eval "$(kiro-gw completion bash)"                                     bash, zsh
  kiro-gw completion fish | source                                      fish
  kiro-gw completion powershell | Out-String | Invoke-Expression        PowerShell
`;

const manExamples = `
Examples:
  kiro-gw man | man -l -
  kiro-gw man > ~/.local/share/man/man1/kiro-gw.1
`;
