import { ChatError } from '../core/errors.ts';
import type { FoundAccount } from '../kiro/auth/auth.ts';
import type { ListedProfile } from '../kiro/auth/profile.ts';
import { complaint, type Method, type MethodName, methodNames, methods, type SignInAnswers } from './sign-in.ts';
import { writeSignIn } from './sign-ins.ts';
import type { World } from './world.ts';

/** A way to sign in, or a sign-in that is there already. */
export type Way = { readonly method: MethodName } | { readonly account: FoundAccount };

/** Whether there is somebody to ask. */
export const canAsk = ({ input, errors }: Pick<World, 'input' | 'errors'>): boolean =>
  input.isTerminal && errors.isTerminal;

/** Asks how to sign in; what was found on this machine comes first. */
export async function askWay(found: readonly FoundAccount[], world: World): Promise<Way> {
  const { select, Separator } = await import('@inquirer/prompts');
  const there = found.map(account => ({ value: { account }, name: `Use ${writeSignIn(account, world.now())}` }));
  const ways = methodNames.map(method => ({ value: { method }, name: methods[method].title }));
  const choices = there.length === 0 ? ways : [...there, new Separator(), ...ways];
  const message = there.length === 0 ? 'How do you sign in to Kiro?' : 'You are signed in already. Use that?';
  return answered(world, context => select<Way>({ message, choices, pageSize: 12, loop: false }, context));
}

/** Asks for what a way to sign in needs and nobody has given. */
export async function askAnswers(name: MethodName, given: SignInAnswers, world: World): Promise<SignInAnswers> {
  const { input, password } = await import('@inquirer/prompts');
  const asked: Record<string, string> = {};
  for (const [need, message] of Object.entries(methods[name].needs) as [keyof Method['needs'], string][]) {
    if (given[need]) continue;
    const validate = (text: string): string | true => {
      const wrong = complaint(need, text);
      return wrong === undefined || `It must be ${wrong}`;
    };
    asked[need] = await answered(world, context =>
      need === 'apiKey'
        ? password({ message, mask: false, validate }, context)
        : input({ message, required: true, validate }, context),
    );
  }
  return { ...given, ...asked };
}

/** Asks which of several profiles to use. */
export async function askProfile(profiles: readonly ListedProfile[], world: World): Promise<ListedProfile> {
  const { select } = await import('@inquirer/prompts');
  const choices = profiles.map(value => ({
    value,
    name: `${value.name ?? value.arn}${value.active ? '' : ' (not active)'}`,
    description: value.arn,
  }));
  return answered(world, context => select({ message: 'Which profile?', choices, loop: false }, context));
}

/** Asks before something that cannot be taken back. */
export async function askYesNo(message: string, world: World): Promise<boolean> {
  const { confirm } = await import('@inquirer/prompts');
  return answered(world, context => confirm({ message, default: false }, context));
}

interface Context {
  readonly output?: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

// Leaving a prompt with Ctrl-C is an interruption like any other. So is the end of the terminal, which the prompt itself
// would wait out for ever.
async function answered<T>(world: World, ask: (context: Context) => Promise<T>): Promise<T> {
  const left = new AbortController();
  const unlisten = world.onSignal(() => left.abort());
  const { stream } = world.errors;
  try {
    return await ask({ ...(stream === undefined ? {} : { output: stream }), signal: left.signal });
  } catch (thrown) {
    const isExit = thrown instanceof Error && /^(?:Exit|Abort)PromptError$/.test(thrown.name);
    throw isExit ? new ChatError('cancelled', 'Nothing was changed.') : thrown;
  } finally {
    unlisten();
  }
}
