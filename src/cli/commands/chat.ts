import type { Command } from 'commander';
import type { ChatEvents, ChatRequest, ChatResult } from '../../core/chat.ts';
import { ChatError } from '../../core/errors.ts';
import { UsageError } from '../exit.ts';
import { openGateway } from '../gateway.ts';
import { addSettings, settingsOf } from '../options.ts';
import { paint } from '../print.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';

interface ChatOptions {
  readonly model?: string;
  readonly system?: string;
  readonly effort?: string;
  readonly showThinking?: true;
  readonly json?: true;
}

/** `kiro-gw chat`: one question, answered on standard output, without a running server. */
export function addChat(program: Command, world: World): void {
  const command = program
    .command('chat')
    .summary('ask a question')
    .description('Ask a question; the answer comes as it is written. Piped standard input joins the question.')
    .argument('[words...]', 'the question')
    .option('-m, --model <name>', 'model to ask; the default of the account when not given')
    .option('-s, --system <text>', 'instructions for the model')
    .option('--effort <level>', 'how hard to think: low, medium, high, xhigh or max')
    .option('--show-thinking', 'write the thinking to standard error')
    .option('--json', 'write one JSON object instead of text')
    .addHelpText('after', examples);
  addSettings(command, 'account', 'log').action((words: string[]) =>
    runChat(settingsOf(command, world), world, words, command.opts<ChatOptions>()),
  );
}

/** Asks and writes the answer. */
export async function runChat(
  resolved: ResolvedSettings,
  world: World,
  words: readonly string[],
  options: ChatOptions,
): Promise<void> {
  const question = await readQuestion(words, world);
  const cancel = new AbortController();
  const unlisten = world.onSignal(() => cancel.abort());
  const gateway = await openGateway(resolved, world);
  try {
    const model = options.model ?? (await gateway.kiro.models()).find(({ isDefault }) => isDefault)?.id ?? 'auto';
    const answer = await gateway.kiro.ask(writeRequest(model, question, options), cancel.signal);
    const result = await print(answer.events, world, options);
    if (options.json) world.output.write(`${JSON.stringify(writeJson(result), null, 2)}\n`);
  } finally {
    unlisten();
    await gateway.close();
  }
}

async function readQuestion(words: readonly string[], world: World): Promise<string> {
  const piped = world.input.isTerminal ? '' : (await world.input.text()).trim();
  const question = [words.join(' '), piped].filter(part => part !== '').join('\n\n');
  if (question === '') throw new UsageError('There is nothing to ask. Try: kiro-gw chat "why is the sky blue"');
  return question;
}

function writeRequest(model: string, question: string, options: ChatOptions): ChatRequest {
  const system = options.system;
  return {
    model,
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', content: [{ type: 'text', text: system }] } as const]),
      { role: 'user', content: [{ type: 'text', text: question }] },
    ],
    tools: [],
    toolChoice: { type: 'auto' },
    parallelTools: true,
    stop: [],
    ...(options.effort === undefined ? {} : { effort: options.effort.toLowerCase() }),
    ...(options.showThinking === undefined ? {} : { thinking: { mode: 'adaptive', display: 'summarized' } }),
  };
}

async function print(events: ChatEvents, world: World, options: ChatOptions): Promise<ChatResult> {
  const { dim } = paint(world.errors);
  let result: ChatResult | undefined;
  let last = '';
  for await (const batch of events) {
    for (const event of batch) {
      if (event.type === 'finish') result = event.result;
      if (event.type === 'close' && event.block.type === 'reasoning' && options.showThinking) world.errors.write('\n');
      if (event.type !== 'delta' || options.json) continue;
      if (event.block === 'reasoning' && options.showThinking) world.errors.write(dim(event.text));
      if (event.block !== 'text') continue;
      world.output.write(event.text);
      last = event.text;
    }
  }
  if (result === undefined) throw new ChatError('upstream', 'The answer ended before it was complete.');
  if (!options.json && !last.endsWith('\n')) world.output.write('\n');
  if (result.stop === 'length') world.errors.write(dim('The answer was cut: it reached the longest allowed length.\n'));
  return result;
}

const writeJson = ({ model, content, stop, usage }: ChatResult): unknown => ({
  model,
  text: content.flatMap(block => (block.type === 'text' ? [block.text] : [])).join(''),
  thinking: content.flatMap(block => (block.type === 'reasoning' ? [block.text] : [])).join('') || undefined,
  stop,
  usage,
});

const examples = `
Examples:
  kiro-gw chat "why is the sky blue"
  git diff | kiro-gw chat -m claude-sonnet-4.5 "write a commit message for this"
`;
