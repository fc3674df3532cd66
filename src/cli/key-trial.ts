import { ChatError, toChatError } from '../core/errors.ts';
import type { ProfileChoice } from './profile-choice.ts';

type Bystanders = Pick<ProfileChoice, 'signIns' | 'progress' | 'signal'>;

/** Asks the service for the models of an API key. Throws when it refuses the key; where it cannot be asked, that is said. */
export async function tryKey(
  accessToken: string,
  region = 'us-east-1',
  { signIns, progress, signal }: Bystanders,
): Promise<void> {
  try {
    await signIns.line.connection.control.models({ accessToken, tokenType: 'API_KEY', region }, signal);
  } catch (thrown) {
    const { kind, message } = toChatError(thrown);
    if (kind === 'cancelled' || signal.aborted) throw thrown;
    if (kind === 'login' || kind === 'forbidden') {
      const advice = 'Look whether it is whole, and make a new one in the settings of your Kiro account if it is.';
      throw new ChatError('login', `Kiro does not take this API key in the region ${region}. ${advice}`);
    }
    progress.say(`The key could not be tried: ${message}`);
  }
}
