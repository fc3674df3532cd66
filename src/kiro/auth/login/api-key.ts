import { ChatError } from '../../../core/errors.ts';
import type { Credential } from '../token.ts';

/** Reads an API key as a person typed or piped it. */
export function readApiKey(text: string): Credential {
  const key = text.trim();
  if (/^ksk_[\x21-\x7e]{8,}$/.test(key)) return { kind: 'api-key', accessToken: key };
  const advice = 'Make one in the settings of your Kiro account';
  throw new ChatError('invalid', `That is no Kiro API key: those begin with ksk_. ${advice}.`, { param: 'api-key' });
}
