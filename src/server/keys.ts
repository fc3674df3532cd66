import { hash as digest, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { ChatError } from '../core/errors.ts';
import type { Header } from '../dialects/dialect.ts';

/** A key of the gateway and whom it was given to. */
export interface Key {
  readonly name: string;
  readonly key: string;
}

/** Finds the name of the key that a request carries; throws `ChatError` of kind `key`. */
export type CheckKey = (header: Header) => string;

/** Keys as they are compared: by their hashes, all of them, in the same time whatever was sent. */
export function createKeyCheck(keys: readonly Key[]): CheckKey {
  const known = keys.map(({ name, key }) => ({ name, hash: hash(key) }));
  return header => {
    const sent = readKeys(header);
    if (sent.length === 0) {
      throw new ChatError('key', `The gateway's key is missing. Send it as "Authorization: Bearer …". ${whereItIs}`);
    }
    let found: string | undefined;
    for (const candidate of sent.map(hash)) {
      for (const { name, hash } of known) if (timingSafeEqual(candidate, hash)) found = name;
    }
    if (found !== undefined) return found;
    throw new ChatError('key', `This is not a key of this gateway. ${whereItIs}`);
  };
}

/** Throws unless these keys are enough for an address that others can reach. */
export function checkKeyStrength(keys: readonly Key[], host: string): void {
  if (keys.length === 0 || keys.some(({ key }) => key === '')) {
    throw new ChatError('invalid', 'The gateway needs a key. Set PROXY_API_KEY, or leave it unset to have one made.');
  }
  const weak = keys.find(({ key }) => key.length < shortest);
  if (weak === undefined || isLoopback(host)) return;
  throw new ChatError(
    'invalid',
    `The key "${weak.name}" is too short to listen on ${host}, which others can reach: it needs at least ${shortest} ` +
      'characters. Set a longer PROXY_API_KEY, or listen on 127.0.0.1.',
  );
}

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').replace(/^::ffff:/i, '');
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

function readKeys(header: Header): string[] {
  const bearer = /^bearer\s+(.+)$/i.exec(header('authorization') ?? '')?.[1];
  return [bearer, header('x-api-key'), header('api-key')].flatMap(key => (key ? [key.trim()] : []));
}

const hash = (key: string): Buffer => digest('sha256', key, 'buffer');

const shortest = 16;
const whereItIs = 'The command "kiro-gw env" shows it.';
