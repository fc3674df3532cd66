import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runServiceInstall } from '../../src/cli/running/service.ts';
import { readSettings } from '../../src/cli/sources.ts';
import { createTestWorld, temporaryFolder } from '../support/world.ts';

const has = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

/** What would be installed for a program at a path that needs care, and for a configuration file beside it. */
function print(platform: string, ...names: string[]) {
  const folder = join(temporaryFolder(), ...names);
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'kiro-gw');
  writeFileSync(program, '#!/bin/sh\n');
  chmodSync(program, 0o755);
  const config = join(folder, 'my config.toml');
  writeFileSync(config, '');
  const env = { USERDOMAIN: 'R&D', USERNAME: 'Zoë <1>' };
  const world = { ...createTestWorld({ platform, env }), program: [program] as const };
  runServiceInstall(readSettings({ config }, world), world, { print: true });
  return { text: world.output.text(), program, config, home: world.folders.data };
}

describe('the service', () => {
  it.runIf(process.platform === 'linux' && has('systemd-analyze'))('is a unit that systemd takes', ({ skip }) => {
    const { text } = print('linux', 'a folder', '100% mine');
    const file = join(temporaryFolder(), 'kiro-gw.service');
    const verify = (unit: string) => {
      writeFileSync(file, unit);
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' });
      return [status, stderr];
    };
    if (verify('[Service]\nExecStart=/bin/true\n').join() !== '0,') skip('systemd-analyze does not work here');
    expect(verify(text)).toEqual([0, '']);
    expect(verify(print('linux', `it's "mine" \\ $HOME`).text)).toEqual([0, '']);
    expect(verify(text.replace('on-failure', 'sometimes'))[1]).toContain('sometimes');
    expect(verify(text.replace('/kiro-gw"', '/another"'))[0]).not.toBe(0);
  });

  const inPython = (script: string, input: string | Buffer): unknown => {
    const { stdout, stderr } = spawnSync('python3', ['-c', `import json, sys\n${script}`], { input, encoding: 'utf8' });
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  };

  it.runIf(has('python3'))('is a property list that reads as it was meant', () => {
    const { text, program, config, home } = print('darwin', 'R&D <one>', `it's "ours" &amp; größer`);
    const script = 'import plistlib; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))';
    expect(inPython(script, text)).toEqual({
      Label: 'dev.kiro-gw',
      ProgramArguments: [program, 'serve', '--config', config],
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ExitTimeOut: 40,
      StandardOutPath: join(home, 'gateway.log'),
      StandardErrorPath: join(home, 'gateway.log'),
    });
  });

  it.runIf(has('python3'))('is a task that reads as it was meant, for this user alone and without an end', () => {
    const { text, program, config } = print('win32', 'Program Files', 'R&D größer');
    const script = `import xml.etree.ElementTree as e
root = e.fromstring(sys.stdin.buffer.read())
print(json.dumps([[one.tag.split('}')[1], one.text] for one in root.iter() if len(one) == 0]))`;
    const facts = inPython(script, Buffer.from(`\ufeff${text}`, 'utf16le')) as readonly (readonly [string, string])[];
    const all = (tag: string) => facts.filter(([name]) => name === tag).map(([, value]) => value);
    expect(all('Command')).toEqual([program]);
    expect(wordsOf(all('Arguments')[0] ?? '')).toEqual(['serve', '--config', config, '--background']);
    expect(all('UserId')).toEqual(['R&D\\Zoë <1>', 'R&D\\Zoë <1>']);
    expect([all('ExecutionTimeLimit'), all('DisallowStartIfOnBatteries')]).toEqual([['PT0S'], ['false']]);
  });

  it('is not written with what would begin a line of its own', () => {
    for (const platform of ['linux', 'darwin', 'win32'])
      expect(() => print(platform, 'one\nExecStart=two')).toThrow(/another path/);
  });

  it('is nothing on a system that has none, which is said', () => {
    expect(() => print('plan9')).toThrow(/serve --background/);
  });
});

// https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}
