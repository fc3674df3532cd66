import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readKeys } from '../../src/cli/key.ts';
import { readSettings } from '../../src/cli/sources.ts';
import { createTestWorld } from '../support/world.ts';

function keysOf(text: string, env: Record<string, string> = {}) {
  const bare = createTestWorld();
  mkdirSync(bare.folders.config, { recursive: true });
  const file = join(bare.folders.config, 'keys.txt');
  writeFileSync(file, text);
  const world = createTestWorld({ env: { PROXY_API_KEYS_FILE: file, ...env } });
  return readKeys(readSettings({}, world).settings, world);
}

it('keys come from a file, one name=key on each line', () => {
  const { own, all } = keysOf('# of the team\nalice = key-of-alice=\r\n\n  bob=key-of-bob  \n');
  expect(all).toEqual([
    { name: 'alice', key: 'key-of-alice=' },
    { name: 'bob', key: 'key-of-bob' },
  ]);
  expect(own).toBe('key-of-alice=');
});

it('keys of the file stand beside those of the settings, which win', () => {
  const { own, all } = keysOf('alice=old\nbob=key-of-bob', { PROXY_API_KEY: 'mine', PROXY_API_KEYS: 'alice=new' });
  expect(own).toBe('mine');
  expect(all).toEqual([
    { name: 'default', key: 'mine' },
    { name: 'alice', key: 'new' },
    { name: 'bob', key: 'key-of-bob' },
  ]);
});

it('a file of keys that cannot be read, or a line that is none, is said without the key', () => {
  expect(() => keysOf('alice=fine\njust-a-secret')).toThrow(/^PROXY_API_KEYS_FILE: line 2 of (?!.*secret)/);
  expect(() => keysOf('', { PROXY_API_KEYS_FILE: '/nowhere/keys' })).toThrow('PROXY_API_KEYS_FILE cannot be read');
});
