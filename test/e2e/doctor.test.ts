import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useUser } from '../support/user.ts';

const user = useUser();

interface Fact {
  readonly state: string;
  readonly topic: string;
  readonly text: string;
  readonly mend?: string;
}

async function examine(
  ...args: string[]
): Promise<{ code: number; facts: readonly Fact[]; of(topic: string): Fact[] }> {
  const { code, output } = await user.run('doctor', '--port', '0', '--json', ...args);
  const facts = JSON.parse(output) as Fact[];
  return { code, facts, of: topic => facts.filter(fact => fact.topic === topic) };
}

describe('doctor', () => {
  it('gives the one command for everything that is broken', async () => {
    user.env['KIRO_API_KEY'] = '';
    const { code, facts } = await examine();
    expect(code).toBe(1);
    for (const { state, mend, topic } of facts) if (state === 'broken') expect(mend, topic).toMatch(/^kiro-gw /);
  });

  it('times the way to every host and asks a model when told to', async () => {
    const { code, of } = await examine('--live');
    expect(code).toBe(0);
    expect(of('network')[0]?.text).toMatch(/^127\.0\.0\.1:\d+: connect \d+ms, answer \d+ms$/);
    expect(of('clock')[0]?.text).toBe('agrees with the service');
    expect(of('answer')[0]?.text).toMatch(/ answers: first token in /);
  });

  it('ends by itself when nothing answers', async () => {
    // It accepts, and then says nothing.
    const silent = createServer(socket => socket.on('error', () => {})).listen(0, '127.0.0.1');
    await new Promise(resolve => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    for (const name of ['RUNTIME', 'MANAGEMENT', 'OIDC', 'AUTH'])
      user.env[`KIRO_${name}_URL`] = `https://127.0.0.1:${port}`;
    const startedAt = performance.now();
    const { code, of } = await examine('--live');
    // On a quiet machine within ten seconds; nobody else would end it within minutes.
    expect(performance.now() - startedAt).toBeLessThan(40_000);
    expect(code).toBe(1);
    expect(of('network')[0]).toMatchObject({ state: 'broken', text: expect.stringContaining('no TLS in 2.5s') });
    // One thing is to blame, and it is said once.
    expect([...of('service'), ...of('quota'), ...of('answer')]).toEqual([]);
    silent.close();
  });

  it('names what takes back an address that is wrong, and says once what fails twice', async () => {
    const deaf = createServer(socket => socket.destroy()).listen(0, '127.0.0.1');
    await new Promise(resolve => deaf.once('listening', resolve));
    const address = `http://127.0.0.1:${(deaf.address() as { port: number }).port}`;
    user.env['KIRO_RUNTIME_URL'] = address;
    user.env['SHELL'] = '/bin/bash';
    expect((await examine()).of('network')).toContainEqual(
      expect.objectContaining({ state: 'broken', mend: 'unset KIRO_RUNTIME_URL' }),
    );
    delete user.env['KIRO_RUNTIME_URL'];
    await user.run('config', 'set', 'runtime-url', address);
    expect((await examine()).of('network')).toContainEqual(
      expect.objectContaining({ state: 'broken', mend: 'kiro-gw config unset runtime-url' }),
    );
    await user.run('config', 'set', 'runtime-url', user.emulator.url);
    deaf.close();
    user.env['KIRO_API_KEY'] = 'ksk_0123456789abcdef';
    const { facts } = await examine();
    const broken = facts.filter(({ state }) => state === 'broken');
    expect(broken.map(({ mend }) => mend)).toEqual(['kiro-gw login']);
  });

  it('finds what points elsewhere, in variables and in the files of clients', async () => {
    mkdirSync(join(user.home, '.claude'));
    const settings = { env: { ANTHROPIC_BASE_URL: 'http://user:secret@127.0.0.1:9' } };
    writeFileSync(join(user.home, '.claude', 'settings.json'), JSON.stringify(settings));
    user.env['OPENAI_BASE_URL'] = 'https://example.org/v1';
    const { of, facts } = await examine();
    expect(of('clients')).toMatchObject([
      { state: 'notable', text: expect.stringContaining('OPENAI_BASE_URL points to https://example.org/v1') },
      { state: 'notable', mend: 'kiro-gw setup claude-code --write' },
    ]);
    expect(JSON.stringify(facts)).not.toContain('secret');
  });

  it.runIf(process.platform !== 'win32')('finds files that others can read', async () => {
    const folder = join(user.home, '.config', 'kiro-gw');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'config.toml'), '');
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'config.toml'), 0o644);
    const file = join(folder, 'config.toml');
    expect((await examine()).of('files')).toEqual([
      { state: 'notable', topic: 'files', text: `others can read ${file}`, mend: `chmod go-rwx ${file}` },
    ]);
  });

  it('reports without saying who somebody is', async () => {
    user.env['PROFILE_ARN'] = 'arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEF';
    const { output } = await user.run('doctor', '--port', '0', '--report');
    expect(output).toMatch(/^### kiro-gw doctor\n\n```\nok {3}program: kiro-gw/);
    expect(output).toContain('<account>:profile/<id>');
    for (const secret of ['123456789012', 'ABCDEF', user.home, user.env['KIRO_API_KEY'] ?? '-']) {
      expect(output).not.toContain(secret);
    }
  });
});
