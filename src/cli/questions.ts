import { ChatError } from '../core/errors.ts';
import type { FoundAccount } from '../kiro/auth/auth.ts';
import type { ListedProfile } from '../kiro/auth/profile.ts';
import { type Method, type MethodName, methodNames, methods, type SignInAnswers } from './sign-in.ts';
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
  return answered(select<Way>({ message, choices, pageSize: 12, loop: false }, context(world)));
}

/** Asks for what a way to sign in needs and nobody has given. */
export async function askAnswers(name: MethodName, given: SignInAnswers, world: World): Promise<SignInAnswers> {
  const { input, password } = await import('@inquirer/prompts');
  const asked: Record<string, string> = {};
  for (const [need, message] of Object.entries(methods[name].needs) as [keyof Method['needs'], string][]) {
    if (given[need]) continue;
    asked[need] = await answered(
      need === 'apiKey'
        ? password({ message, mask: false }, context(world))
        : input({ message, required: true }, context(world)),
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
  return answered(select({ message: 'Which profile?', choices, loop: false }, context(world)));
}

const context = ({ errors }: World) => (errors.stream === undefined ? {} : { output: errors.stream });

// Leaving a prompt with Ctrl-C is an interruption like any other.
async function answered<T>(prompt: Promise<T>): Promise<T> {
  try {
    return await prompt;
  } catch (thrown) {
    const isExit = thrown instanceof Error && thrown.name === 'ExitPromptError';
    throw isExit ? new ChatError('cancelled', 'Nothing was changed.') : thrown;
  }
}
