import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { emptyFolder, environment, runExecutable } from '../support/gateway.ts';

let emulator: Emulator;
let home: ReturnType<typeof emptyFolder>;
let env: Record<string, string>;

beforeAll(async () => {
  emulator = await startEmulator();
});
beforeEach(() => {
  home = emptyFolder();
  env = { ...environment(home.path, emulator), KIRO_API_KEY: emulator.credentials.apiKey().accessToken };
});
afterEach(() => {
  emulator.reset();
  home.remove();
});
afterAll(() => emulator.close());

interface Fact {
  readonly state: string;
  readonly topic: string;
  readonly text: string;
  readonly mend?: string;
}

async function examine(
  ...args: string[]
): Promise<{ code: number; facts: readonly Fact[]; of(topic: string): Fact[] }> {
  const { code, output } = await runExecutable(['doctor', '--port', '0', '--json', ...args], { home: home.path, env });
  const facts = JSON.parse(output) as Fact[];
  return { code, facts, of: topic => facts.filter(fact => fact.topic === topic) };
}

describe('doctor', () => {
  it('gives the one command for everything that is broken', async () => {
    env['KIRO_API_KEY'] = '';
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

  it('ends within ten seconds when nothing answers', async () => {
    // It accepts, and then says nothing.
    const silent = createServer(socket => socket.on('error', () => {})).listen(0, '127.0.0.1');
    await new Promise(resolve => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    for (const name of ['RUNTIME', 'MANAGEMENT', 'OIDC', 'AUTH']) env[`KIRO_${name}_URL`] = `https://127.0.0.1:${port}`;
    const startedAt = performance.now();
    const { code, of } = await examine('--live');
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(code).toBe(1);
    expect(of('network')[0]).toMatchObject({ state: 'broken', text: expect.stringContaining('no TLS in 2.5s') });
    // One thing is to blame, and it is said once.
    expect([...of('service'), ...of('quota'), ...of('answer')]).toEqual([]);
    silent.close();
  }, 20_000);

  it('finds what points elsewhere, in variables and in the files of clients', async () => {
    mkdirSync(join(home.path, '.claude'));
    const settings = { env: { ANTHROPIC_BASE_URL: 'http://user:secret@127.0.0.1:9' } };
    writeFileSync(join(home.path, '.claude', 'settings.json'), JSON.stringify(settings));
    env['OPENAI_BASE_URL'] = 'https://example.org/v1';
    const { of, facts } = await examine();
    expect(of('clients')).toMatchObject([
      { state: 'notable', text: expect.stringContaining('OPENAI_BASE_URL points to https://example.org/v1') },
      { state: 'notable', mend: 'kiro-gw setup claude-code --write' },
    ]);
    expect(JSON.stringify(facts)).not.toContain('secret');
  });

  it.runIf(process.platform !== 'win32')('finds files that others can read', async () => {
    const folder = join(home.path, '.config', 'kiro-gw');
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
    env['PROFILE_ARN'] = 'arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEF';
    const { output } = await runExecutable(['doctor', '--port', '0', '--report'], { home: home.path, env });
    expect(output).toMatch(/^### kiro-gw doctor\n\n```\nok {3}program: kiro-gw/);
    expect(output).toContain('<account>:profile/<id>');
    for (const secret of ['123456789012', 'ABCDEF', home.path, env['KIRO_API_KEY'] ?? '-']) {
      expect(output).not.toContain(secret);
    }
  });
});
