import { ChatError } from '../../../core/errors.ts';
import { hashName } from './lock.ts';
import { readSecret } from './record.ts';
import type { Source } from './source.ts';

/** An API key that a setting holds. */
export function createApiKey(setting: string, key: string): Source {
  return createConstant(setting, key, () => ({ kind: 'api-key', accessToken: need(setting, key) }));
}

/** A refresh token that a setting holds, of a social sign-in. */
export function createRefreshToken(setting: string, token: string): Source {
  return createConstant(setting, token, () => ({ kind: 'social', refreshToken: need(setting, token) }));
}

function createConstant(setting: string, secret: string, read: () => Awaited<ReturnType<Source['read']>>): Source {
  return {
    id: `${setting}:${hashName(secret)}`,
    place: 'environment',
    name: setting,
    signIn: `put a new one into ${setting}, or remove it and run kiro-gw login`,
    watched: [],
    read: async () => read(),
    write: async () => 'refused',
    isWritable: async () => false,
  };
}

function need(setting: string, secret: string): string {
  const text = readSecret(secret);
  if (text !== undefined) return text;
  throw new ChatError('login', `${setting} holds characters that no key or token has. Copy it anew.`);
}
