import { type Command, Option } from 'commander';
import { ChatError } from '../../core/errors.ts';
import type { LoginEvent } from '../../kiro/auth/login/flow.ts';
import { openLine } from '../connection.ts';
import { UsageError } from '../exit.ts';
import { addSettings, settingsOf } from '../options.ts';
import { paint } from '../print.ts';
import { checkAnswers, type Method, type MethodName, methodNames, methods, type SignInAnswers } from '../sign-in.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';

interface LoginOptions {
  readonly method?: MethodName;
  readonly startUrl?: string;
  readonly region?: string;
  readonly issuerUrl?: string;
  readonly clientId?: string;
  readonly scopes?: string;
  readonly device?: true;
  readonly as?: string;
}

/** `kiro-gw login`: signs in and keeps the account. */
export function addLogin(program: Command, world: World): void {
  const command = program
    .command('login')
    .summary('sign in to Kiro')
    .description('Sign in to Kiro. Not needed where the Kiro IDE, kiro-cli or Amazon Q is signed in already.')
    .addOption(new Option('--method <method>', 'how to sign in; asked for when not given').choices(methodNames))
    .option('--start-url <url>', 'start page of the organisation, for identity-center')
    .option('--region <region>', 'region of the organisation, for identity-center')
    .option('--issuer-url <url>', 'address of the identity provider, for idp')
    .option('--client-id <id>', 'client id at the identity provider, for idp')
    .option('--scopes <words>', 'scopes at the identity provider, for idp')
    .option('--device', 'confirm by a code in any browser, for google and github on a machine without one')
    .option('--as <name>', 'name of the account, to keep several')
    .addHelpText('after', examples);
  addSettings(command, 'log').action(() => runLogin(settingsOf(command, world), world, command.opts<LoginOptions>()));
}

/** Signs in; the account is kept only when all went well. */
export async function runLogin(resolved: ResolvedSettings, world: World, options: LoginOptions): Promise<void> {
  const name = options.method ?? (await askMethod(world));
  const answers = await complete(name, options, world);
  const [{ suggestName }, { createAccounts }, line] = await Promise.all([
    import('../../kiro/auth/login/flow.ts'),
    import('../../kiro/auth/sources/accounts.ts'),
    openLine(resolved, world),
  ]);
  const cancel = new AbortController();
  const unlisten = world.onSignal(() => cancel.abort());
  try {
    const flow = { ...line.exchange, tell: (event: LoginEvent) => tell(event, world), signal: cancel.signal };
    const credential = await methods[name].signIn(flow, answers);
    const account = options.as ?? suggestName(credential);
    await createAccounts({ folder: world.folders.config }).save(account, credential);
    world.errors.write(`${paint(world.errors).green('✓')} Signed in; kept as account "${account}".\n`);
    world.errors.write(`Next: kiro-gw serve\n`);
  } finally {
    unlisten();
    await line.transport.close();
  }
}

function tell(event: LoginEvent, { errors }: World): void {
  const { bold } = paint(errors);
  if (event.type === 'note') {
    errors.write(`${event.text}\n`);
    return;
  }
  errors.write(`Open this page in a browser: ${bold(event.url)}\n`);
  if (event.code !== undefined) errors.write(`It shows or asks for this code: ${bold(event.code)}\n`);
  errors.write('Waiting for the browser… Ctrl-C gives up.\n');
}

async function askMethod(world: World): Promise<MethodName> {
  if (!world.input.isTerminal || !world.errors.isTerminal) {
    throw new UsageError(`Say how to sign in with --method: ${methodNames.join(', ')}.`);
  }
  const { select } = await import('@inquirer/prompts');
  const choices = methodNames.map(value => ({ value, name: methods[value].title }));
  return answered(select({ message: 'How do you sign in to Kiro?', choices }));
}

async function complete(name: MethodName, options: LoginOptions, world: World): Promise<SignInAnswers> {
  const { region: loginRegion, startUrl, issuerUrl, clientId, scopes, device } = options;
  const piped = name === 'api-key' && !world.input.isTerminal ? (await world.input.text()).trim() : undefined;
  const given = { startUrl, loginRegion, issuerUrl, clientId, scopes, device, apiKey: piped };
  if (!world.input.isTerminal) {
    checkAnswers(name, given);
    return given;
  }
  const { input, password } = await import('@inquirer/prompts');
  const asked: Record<string, string> = {};
  for (const [need, message] of Object.entries(methods[name].needs) as [keyof Method['needs'], string][]) {
    if (given[need]) continue;
    asked[need] = await answered(
      need === 'apiKey' ? password({ message, mask: true }) : input({ message, required: true }),
    );
  }
  return { ...given, ...asked };
}

/** A prompt's answer; leaving it with Ctrl-C is an interruption like any other. */
async function answered<T>(prompt: Promise<T>): Promise<T> {
  try {
    return await prompt;
  } catch (thrown) {
    const isExit = thrown instanceof Error && thrown.name === 'ExitPromptError';
    throw isExit ? new ChatError('cancelled', 'Nothing was changed.') : thrown;
  }
}

const examples = `
Examples:
  kiro-gw login
  kiro-gw login --method builder-id
  kiro-gw login --method identity-center --region eu-west-1 --start-url https://x.awsapps.com
  echo "$KEY" | kiro-gw login --method api-key --as work
`;
