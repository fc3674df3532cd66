import { authAddress, type Exchange, exchange } from '../exchange.ts';
import type { Credential } from '../token.ts';

/** Tells the service that a sign-in is over. False when it could not be told; the tokens then live to their end. */
export async function signOut(options: Exchange, credential: Credential, signal?: AbortSignal): Promise<boolean> {
  const { kind, refreshToken } = credential;
  if (kind !== 'social' || refreshToken === undefined) return false;
  try {
    const reply = await exchange(options, `${authAddress(options)}/logout`, { json: { refreshToken } }, signal);
    return reply.status < 300;
  } catch {
    return false;
  }
}
