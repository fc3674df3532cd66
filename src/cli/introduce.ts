import { toChatError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { FoundAccount } from '../kiro/auth/auth.ts';
import { titled } from './banner.ts';
import type { Gateway } from './gateway.ts';
import type { World } from './world.ts';

export interface Audience {
  readonly world: World;
  readonly log: Log;
  /** Whether a program reads it. */
  readonly isJson: boolean;
  readonly isEmulated: boolean;
}

/** Says who is signed in and what can be used. A bad sign-in is said and does not end the program. */
export async function introduce({ auth, kiro }: Gateway, audience: Audience): Promise<void> {
  const { world, log, isJson, isEmulated } = audience;
  const say = (word: string, text: string, fields: Readonly<Record<string, unknown>>): void => {
    if (isJson) log.info(word, fields);
    else world.output.write(`${titled(word, text, world.output)}\n`);
  };
  try {
    const { used, problem } = await auth.describe();
    if (isEmulated) say('account', 'none, the emulator needs no sign-in', { account: null });
    else if (used === undefined) {
      // Without a sign-in there is nothing to list.
      log.error(problem ?? 'Nobody is signed in. Run: kiro-gw login');
      return;
    } else say('account', nameOf(used), { account: nameOf(used) });
    const { models, source } = await kiro.modelList();
    say('models', `${models.length}${remarks[source]}`, { models: models.length, source });
    // A network that fails is said already, by who wanted the models.
    await kiro.ready().catch((thrown: unknown) => {
      if (toChatError(thrown).kind === 'login') throw thrown;
    });
  } catch (thrown) {
    const { message, file } = toChatError(thrown);
    log.error(message, file === undefined ? {} : { file });
  }
}

const nameOf = ({ email, provider, kind, name, path }: FoundAccount): string =>
  `${email ?? provider ?? kind ?? 'signed in'}, from ${path ?? name}`;

const remarks = { live: '', cache: ', as listed before', 'built-in': ', built in: the service could not be asked' };
