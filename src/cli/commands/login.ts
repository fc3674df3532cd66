import { accessSync, constants, mkdirSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { ChatError, toChatError } from '../../core/errors.ts';
import type { FoundAccount } from '../../kiro/auth/auth.ts';
import type { Credential } from '../../kiro/auth/token.ts';
import { exitCodes, UsageError } from '../exit.ts';
import { fileProblem } from '../file-problem.ts';
import { tryKey } from '../key-trial.ts';
import { addSettings, settingsOf } from '../options.ts';
import { paint } from '../print.ts';
import { withProfile } from '../profile-choice.ts';
import { createProgress } from '../progress.ts';
import { askAnswers, askWay, canAsk, type Way } from '../questions.ts';
import { checkAnswers, checkComplete, type MethodName, methodNames, methods, type SignInAnswers } from '../sign-in.ts';
import { listOutside, openSignIns, outside, type SignIns, writeSignIn } from '../sign-ins.ts';
import type { ResolvedSettings } from '../sources.ts';
import type { World } from '../world.ts';

interface LoginOptions {
  readonly method?: MethodName | keyof typeof outside;
  readonly startUrl?: string;
  readonly region?: string;
  readonly profileArn?: string;
  readonly issuerUrl?: string;
  readonly clientId?: string;
  readonly scopes?: string;
  readonly device?: true;
  readonly browser: boolean;
  readonly qr?: true;
  readonly as?: string;
  readonly store: 'file' | 'keychain';
}

const ways = [...methodNames, ...(Object.keys(outside) as (keyof typeof outside)[])];

/** `kiro-gw login`: signs in and keeps the account. */
export function addLogin(program: Command, world: World): void {
  const command = program
    .command('login')
    .summary('sign in to Kiro')
    .description('Sign in to Kiro, or choose among the sign-ins of the Kiro IDE, kiro-cli and Amazon Q.')
    .addOption(new Option('--method <method>', 'how to sign in; asked for when not given').choices(ways))
    .option('--start-url <url>', 'start page of the organisation, for identity-center')
    .option('--region <region>', 'region of the organisation, for identity-center')
    .option('--profile-arn <arn>', 'profile to use, where the sign-in has several')
    .option('--issuer-url <url>', 'address of the identity provider, for idp')
    .option('--client-id <id>', 'client id at the identity provider, for idp')
    .option('--scopes <words>', 'scopes at the identity provider, for idp')
    .option('--device', 'confirm by a code in any browser, for google and github on a machine without one')
    .option('--no-browser', 'open no browser, only name the page')
    .option('--qr', 'show the page also as a QR code, for a telephone')
    .option('--as <name>', 'name of the account, to keep several')
    .addOption(
      new Option('--store <place>', "where to keep it: a file, or the system's keychain")
        .choices(['file', 'keychain'])
        .default('file'),
    )
    .addHelpText('after', examples);
  addSettings(command, 'log').action(() => runLogin(settingsOf(command, world), world, command.opts<LoginOptions>()));
}

/** Signs in; the account is kept only when all went well. */
export async function runLogin(resolved: ResolvedSettings, world: World, options: LoginOptions): Promise<void> {
  const signIns = await openSignIns(resolved, world);
  await checkPlace(signIns, world);
  const cancel = new AbortController();
  const unlisten = world.onSignal(() => {
    if (cancel.signal.aborted) world.leave(exitCodes.interrupted);
    cancel.abort();
  });
  try {
    const way = await chooseWay(options, signIns, world);
    if ('account' in way) {
      await usePlace(way.account, signIns, world, cancel.signal);
      return;
    }
    const hasBrowser = isBrowserThere(world);
    const opensBrowser = options.browser && world.errors.isTerminal && hasBrowser;
    const progress = await createProgress({ world, opensBrowser, showsQr: options.qr === true });
    try {
      // Where no browser can come back to this machine, a code does.
      const device = options.device ?? (options.browser && !hasBrowser);
      const answers = await complete(way.method, { ...options, device }, world);
      const flow = { ...signIns.line.exchange, tell: progress.tell, signal: cancel.signal };
      const signedIn = await methods[way.method].signIn(flow, answers);
      const choice = { named: options.profileArn, signIns, world, progress, signal: cancel.signal };
      if (signedIn.kind === 'api-key' && signedIn.accessToken !== undefined)
        await tryKey(signedIn.accessToken, resolved.settings.region, choice);
      const credential = await withProfile(signedIn, choice);
      progress.stop();
      await keep(credential, { name: options.as ?? resolved.settings.account, store: options.store, signIns, world });
    } finally {
      progress.stop();
    }
  } catch (thrown) {
    throw toChatError(thrown).kind === 'cancelled' ? new ChatError('cancelled', 'Nothing was changed.') : thrown;
  } finally {
    unlisten();
    await signIns.close();
  }
}

// Better before somebody goes to the browser.
async function checkPlace({ accounts }: SignIns, { folders }: World): Promise<void> {
  try {
    mkdirSync(folders.config, { recursive: true, mode: 0o700 });
    accessSync(folders.config, constants.W_OK);
  } catch (error) {
    throw new UsageError(
      `Accounts are kept in ${folders.config}, which cannot be written: ${fileProblem(error)}. KIRO_GW_HOME names another folder.`,
    );
  }
  await accounts.list();
}

async function chooseWay({ method }: LoginOptions, signIns: SignIns, world: World): Promise<Way> {
  if (method !== undefined && !(method in outside)) return { method: method as MethodName };
  if (method === undefined && !canAsk(world)) {
    throw new UsageError(`Say how to sign in with --method: ${ways.join(', ')}.`);
  }
  const found = listOutside(await signIns.describe());
  if (method === undefined) return askWay(found, world);
  const account = found.find(({ place }) => place === method);
  if (account !== undefined) return { account };
  const program = outside[method as keyof typeof outside];
  throw new ChatError(
    'login',
    `No sign-in of ${program} was found on this machine. Sign in with ${program} first, or here: kiro-gw login`,
  );
}

// A sign-in that does not work is not chosen.
async function usePlace(account: FoundAccount, signIns: SignIns, world: World, signal: AbortSignal): Promise<void> {
  const { accounts } = signIns;
  const [active, preferred] = [await accounts.active(), await accounts.preferred()];
  await accounts.prefer(account.id);
  try {
    await signIns.check(signal);
    const { used, found, why } = await signIns.describe();
    const { problem } = found.find(({ id }) => id === account.id) ?? {};
    if (problem !== undefined) throw new ChatError('login', problem);
    finish(`Using ${writeSignIn(account, world.now())}.`, world);
    if (used !== undefined && used.id !== account.id) {
      world.errors.write(`But for now ${used.name} counts before it: ${why}.\n`);
    }
  } catch (thrown) {
    if (preferred === undefined) await accounts.use(active);
    else await accounts.prefer(preferred);
    throw thrown;
  }
}

async function complete(
  name: MethodName,
  { region: loginRegion, ...options }: Omit<LoginOptions, 'device'> & { readonly device: boolean },
  world: World,
): Promise<SignInAnswers> {
  const piped = name === 'api-key' && !world.input.isTerminal ? (await world.input.text()).trim() : undefined;
  const given = { ...options, loginRegion, apiKey: piped };
  checkAnswers(name, given);
  if (canAsk(world)) return askAnswers(name, given, world);
  checkComplete(name, given);
  return given;
}

async function keep(
  credential: Credential,
  {
    name,
    store,
    signIns,
    world,
  }: {
    readonly name: string | undefined;
    readonly store: 'file' | 'keychain';
    readonly signIns: SignIns;
    readonly world: World;
  },
): Promise<void> {
  const { suggestName } = await import('../../kiro/auth/login/flow.ts');
  const account = name ?? suggestName(credential);
  const isThere = (await signIns.accounts.list()).some(other => other.name === account);
  await signIns.accounts.save(account, credential, { keychain: store === 'keychain' });
  const place = isThere && name === undefined ? ', in place of the one before (--as keeps several)' : '';
  finish(`Signed in; kept as account "${account}"${place}.`, world);
}

function finish(text: string, { errors }: World): void {
  errors.write(`${paint(errors).green('✓')} ${text}\nNext: kiro-gw serve\n`);
}

// A browser started over SSH would open where nobody sits, and Linux without a screen has none.
function isBrowserThere({ env, platform }: World): boolean {
  if (env['SSH_CONNECTION'] || env['SSH_TTY']) return false;
  const isDesktop = platform === 'win32' || platform === 'darwin';
  return isDesktop || !!(env['DISPLAY'] || env['WAYLAND_DISPLAY'] || env['WSL_DISTRO_NAME']);
}

const examples = `
Examples:
  kiro-gw login
  kiro-gw login --method builder-id
  kiro-gw login --method identity-center --region eu-west-1 --start-url https://x.awsapps.com/start
  echo "$KEY" | kiro-gw login --method api-key --as work
`;
