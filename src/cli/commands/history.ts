import { type Command, Option } from 'commander';
import type { World } from '../world.ts';

/** `kiro-gw history`: the conversations of `chat`. */
export function addHistory(program: Command, world: World): void {
  const command = program
    .command('history')
    .summary('list, show, export and delete conversations')
    .description('The conversations of "kiro-gw chat", which are kept on this machine alone.')
    .addHelpText('after', examples);
  const run = () => import('../chat/records.ts');
  const add = (usage: string, description: string): Command => command.command(usage).description(description);

  add('list [words...]', 'list the conversations, the newest first, or those with all these words')
    .option('--json', 'write JSON instead of a table')
    .action(async (words: string[], options: { json?: true }) => (await run()).runHistoryList(world, words, options));
  add('show [conversation]', 'show a conversation, by name or number; the newest when not given')
    .option('--json', 'write JSON instead of text')
    .action(async (which: string | undefined, options: { json?: true }) =>
      (await run()).runHistoryShow(world, which, options),
    );
  add('export [conversation]', 'write a conversation, or with --all every one, for other programs')
    .addOption(new Option('--format <format>', 'the form').choices(['markdown', 'json']).default('markdown'))
    .option('--all', 'every conversation')
    .option('-o, --output <file>', 'write to a file instead of standard output')
    .action(async (which: string | undefined, options) => (await run()).runHistoryExport(world, which, options));
  add('delete [conversations...]', 'delete conversations, by name or number')
    .option('--all', 'every conversation')
    .option('-y, --yes', 'do not ask before every conversation is deleted')
    .action(async (which: string[], options: { all?: true; yes?: true }) =>
      (await run()).runHistoryDelete(world, which, options),
    );
}

const examples = `
Examples:
  kiro-gw history list
  kiro-gw history show 12
  kiro-gw history export plans -o plans.md
  kiro-gw chat --conversation plans "and then?"
`;
