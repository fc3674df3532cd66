import { type Command, Option } from 'commander';
import type { ChatOptions } from '../chat/chat.ts';
import { addSettings, settingsOf } from '../options.ts';
import type { World } from '../world.ts';

/** `kiro-gw chat`: questions and answers in the terminal, without a running server. */
export function addChat(program: Command, world: World): void {
  const command = program
    .command('chat')
    .summary('ask a question, or talk')
    .description(
      'Ask a question; the answer comes as it is written. Piped standard input joins the question. ' +
        'Without a question on a terminal it is a conversation.',
    )
    .argument('[words...]', 'the question')
    .option('-m, --model <name>', 'model to ask; the default of the account when not given')
    .option('-s, --system <text>', 'instructions for the model')
    .option(
      '-f, --file <file>',
      'file to send along: text, image, PDF, pattern or web address; may be repeated',
      (file: string, others: readonly string[] = []) => [...others, file],
    )
    .addOption(new Option('--effort <level>', 'how hard to think').choices(efforts))
    .option('--show-thinking', 'show the thinking, on standard error')
    .addOption(new Option('-c, --continue', 'go on with the last conversation').helpGroup(conversations))
    .addOption(
      new Option('--conversation <name>', 'go on with this conversation, or begin it').helpGroup(conversations),
    )
    .addOption(new Option('--no-history', 'keep nothing of it on disk').helpGroup(conversations))
    .addOption(new Option('-o, --output <file>', 'write the answer to a file').helpGroup(answers))
    .addOption(new Option('--no-stream', 'show the answer when it is whole').helpGroup(answers))
    .addOption(new Option('--schema <file>', 'answer in JSON that fits this JSON Schema').helpGroup(answers))
    .addOption(new Option('--json', 'write one JSON object: text, thinking, usage').helpGroup(answers))
    .addOption(new Option('--jsonl', 'write every event as a line of JSON').helpGroup(answers))
    .addHelpText('after', examples);
  addSettings(command, 'account', 'log').action(async (words: string[]) => {
    const { runChat } = await import('../chat/chat.ts');
    await runChat(settingsOf(command, world), world, words, command.opts<ChatOptions>());
  });
}

const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
const conversations = 'Conversations:';
const answers = 'The answer:';

const examples = `
Examples:
  kiro-gw chat "why is the sky blue"
  git diff | kiro-gw chat -m claude-sonnet-4.5 "write a commit message for this"
  kiro-gw chat -f 'src/*.ts' -f screenshot.png "what is wrong here"
  kiro-gw chat -c "and in one sentence?"
  kiro-gw chat --schema person.json "who wrote Faust" -o author.json
  kiro-gw chat                         talk; /help says what there is
`;
