import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from '../../src/cli/running/record.ts';
import { emptyFolder, environment, runExecutable } from '../support/gateway.ts';

let home: ReturnType<typeof emptyFolder>;
let env: Record<string, string>;

beforeEach(() => {
  home = emptyFolder();
  env = { ...environment(home.path), KIRO_API_KEY: '' };
});
afterEach(() => home.remove());

const run = (...args: string[]) => runExecutable(args, { home: home.path, env });

describe('a gateway in the background', () => {
  it('is there when the command comes back, can be seen, and is gone after stop', async () => {
    const started = await run('serve', '--background', '--port', '0', '--emulator');
    expect(started).toMatchObject({ code: 0, errors: '' });
    const url = /listens on (\S+)/.exec(started.output)?.[1] ?? '';
    let pid = 0;
    try {
      expect((await fetch(`${url}/health`)).status).toBe(200);
      const status = JSON.parse((await run('status', '--json', '--port', '1')).output) as {
        url: string;
        pid: number;
      }[];
      expect(status).toMatchObject([{ url, version: expect.stringMatching(/^\d/), pid: expect.any(Number) }]);
      pid = status[0]?.pid ?? 0;
      expect(isAlive(pid)).toBe(true);
      const facts = JSON.parse((await run('doctor', '--json', '--port', new URL(url).port)).output) as {
        topic: string;
        state: string;
        text: string;
      }[];
      expect(facts.find(({ topic }) => topic === 'gateway')).toMatchObject({
        state: 'fine',
        text: expect.stringContaining(`answers at ${url}`),
      });
    } finally {
      expect(await run('stop')).toMatchObject({ code: 0, errors: `Stopped the gateway at ${url}.\n` });
    }
    expect(isAlive(pid)).toBe(false);
    expect(await run('status', '--port', '1')).toMatchObject({
      code: 1,
      errors: expect.stringContaining('serve --background'),
    });
  });

  it('that cannot start says why', async () => {
    const { code, errors } = await run('serve', '--background', '--host', '256.1.1.1');
    expect([code, errors]).toEqual([1, expect.stringContaining('256.1.1.1')]);
  });

  it('is one also where another process has told of the same address', async () => {
    const { output } = await run('serve', '--background', '--port', '0', '--emulator');
    const url = /listens on (\S+)/.exec(output)?.[1] ?? '';
    const file = join(home.path, '.local', 'share', 'kiro-gw', 'running', `${process.pid}.json`);
    writeFileSync(file, JSON.stringify({ pid: process.pid, url, version: '1', startedAt: 1 }));
    try {
      expect(JSON.parse((await run('status', '--json', '--port', '1')).output)).toMatchObject([
        { url, version: expect.not.stringMatching(/^1$/) },
      ]);
    } finally {
      expect((await run('stop')).errors).toBe(`Stopped the gateway at ${url}.\n`);
    }
  });

  it('says when it fails only what is its own, whatever another one writes into the log', async () => {
    const { output } = await run('serve', '--background', '--port', '0', '--emulator');
    const port = /:(\d+) in the background/.exec(output)?.[1] ?? '';
    try {
      const { code, errors } = await run('serve', '--background', '--port', port, '--emulator');
      expect(code).toBe(2);
      expect(errors).toMatch(/^error: Port \d+ is taken by another kiro-gw\./);
      expect(errors).not.toMatch(/^\{/m);
    } finally {
      await run('stop');
    }
  });

  it('says who has the port', async () => {
    const stranger = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => stranger.once('listening', resolve));
    const { port } = stranger.address() as { port: number };
    const { code, errors } = await run('serve', '--port', String(port));
    expect(code).toBe(1);
    if (process.platform === 'linux') expect(errors).toContain(`(process ${process.pid})`);
    const doctor = await run('doctor', '--port', String(port));
    expect(doctor.output).toMatch(/✗ gateway +none runs, and 127\.0\.0\.1, port \d+ \(from --port\) is taken/);
    stranger.close();
  });
});

describe.runIf(process.platform === 'linux')('the service of systemd', () => {
  const unit = (): string => join(home.path, '.config', 'systemd', 'user', 'kiro-gw.service');
  // Stands in for the system's own program and writes down how it is called.
  const writeSystemctl = (code: number): void => {
    const folder = join(home.path, 'bin');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'systemctl'),
      `#!/bin/sh\necho "$@" >> ${home.path}/calls\necho "no bus" >&2\nexit ${code}\n`,
    );
    chmodSync(join(folder, 'systemctl'), 0o755);
    env['PATH'] = `${folder}:${env['PATH']}`;
  };

  it('is installed, started, and taken away again', async () => {
    writeSystemctl(0);
    expect((await run('service', 'uninstall')).code).toBe(2);
    env['SERVER_PORT'] = '8123';
    const { code, errors } = await run('service', 'install');
    expect([code, errors]).toEqual([0, expect.stringContaining('kiro-gw config set port')]);
    expect(readFileSync(unit(), 'utf8')).toMatch(/^ExecStart=\/\S+ serve$/m);
    // What runs already is started anew.
    expect((await run('service', 'install')).code).toBe(0);
    expect((await run('service', 'uninstall')).code).toBe(0);
    expect(existsSync(unit())).toBe(false);
    expect(readFileSync(join(home.path, 'calls'), 'utf8').split('\n')).toEqual([
      '--user daemon-reload',
      '--user enable --now kiro-gw.service',
      '--user disable --now kiro-gw.service',
      '--user daemon-reload',
      '--user enable --now kiro-gw.service',
      '--user disable --now kiro-gw.service',
      '',
    ]);
  });

  it('leaves nothing behind where the system does not take it', async () => {
    writeSystemctl(1);
    const { code, errors } = await run('service', 'install');
    expect([code, errors]).toEqual([1, expect.stringContaining('no bus')]);
    expect(errors).toContain('serve --background');
    expect(existsSync(unit())).toBe(false);
  });
});
