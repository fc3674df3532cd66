import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator } from '../../src/emulator/emulator.ts';
import { environment } from '../support/gateway.ts';
import { interrupt, type Session, type Variant } from './session.ts';

export interface Stage {
  /** The program, at a path that is everywhere of one length. */
  readonly program: string;
  readonly home: string;
  readonly emulator: Emulator;
}

/** Plays one session before one kind of screen; gives what was shown, without what differs from run to run. */
export async function record(session: Session, variant: Variant, stage: Stage): Promise<string> {
  const env = {
    ...environment(stage.home, stage.emulator),
    PATH: `${stage.program.replace(/\/[^/]+$/, '')}:/usr/bin:/bin`,
    SHELL: '/bin/bash',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    A_KEY: stage.emulator.credentials.apiKey().accessToken,
    ...(variant.isConfigured ? { KIRO_API_KEY: stage.emulator.credentials.apiKey().accessToken } : {}),
    ...(variant.colours ? {} : { NO_COLOR: '1' }),
    ...session.env,
  };
  const play = variant.columns === undefined ? playPiped : playOnTerminal;
  const { shown, code } = await play(session, variant, { ...stage, env });
  if (code === 137 || code === 'SIGKILL') throw new Error(`${session.name} did not end:\n${shown}`);
  return `${normalise(shown, stage)}[${code}]\n`;
}

interface Scene extends Stage {
  readonly env: Readonly<Record<string, string>>;
}

interface Played {
  readonly shown: string;
  readonly code: number | string;
}

async function playPiped({ line, steps }: Session, _: Variant, { home, env }: Scene): Promise<Played> {
  const child = spawn(shell, ['-c', spoken(line)], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const parts = { output: '', errors: '' };
  // Nobody types into a pipe: what waits to be ended is ended.
  const isDone = (text: string): boolean =>
    steps?.some(({ wait, type }) => type === interrupt && wait.test(text)) === true;
  const gather = (stream: NodeJS.ReadableStream, name: keyof typeof parts): void => {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      parts[name] += text;
      if (isDone(parts[name])) child.kill('SIGINT');
    });
  };
  gather(child.stdout, 'output');
  gather(child.stderr, 'errors');
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(timer);
  const errors = parts.errors === '' ? '' : `--- standard error\n${parts.errors}`;
  return { shown: `${parts.output}${errors}`, code: code ?? signal ?? 'unknown' };
}

async function playOnTerminal({ line, steps = [] }: Session, { columns }: Variant, scene: Scene): Promise<Played> {
  let shown = '';
  let seen = 0;
  const left = [...steps];
  const decoder = new TextDecoder();
  const closed = Promise.withResolvers<void>();
  const child = Bun.spawn([shell, '-c', spoken(line)], {
    cwd: scene.home,
    env: { TERM: 'xterm-256color', ...scene.env },
    terminal: {
      cols: columns ?? 80,
      rows: 40,
      data(terminal, data) {
        shown += decoder.decode(data, { stream: true });
        const [next] = left;
        const match = next?.wait.exec(visible(shown.slice(seen)));
        if (next === undefined || !match) return;
        left.shift();
        seen = shown.length;
        if (next.type !== '') terminal.write(next.type);
        else void ask(/http:\/\/[\d.:]+/.exec(visible(shown))?.[0] ?? '', scene.home);
      },
      exit: () => closed.resolve(),
    },
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  const code = await child.exited;
  clearTimeout(timer);
  await Promise.race([closed.promise, Bun.sleep(5000)]);
  child.terminal?.close();
  return { shown: shown.replaceAll('\r\n', '\n'), code };
}

async function ask(url: string, home: string): Promise<void> {
  const key = readFileSync(join(home, '.config', 'kiro-gw', 'key'), 'utf8').trim();
  const headers = { authorization: `Bearer ${key}`, 'user-agent': 'a-client/1.0' };
  const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Hello!' }] });
  await (await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body })).text();
}

const visible = (text: string): string => text.replaceAll(/\u001b\[[\d;?]*[a-zA-Z]/g, '');

function normalise(text: string, { home, program }: Stage): string {
  return (
    text
      .replaceAll(/\u001b\[\?25l([\s\S]*?)\u001b\[\?25h/g, (_, hidden: string) => turningOf(hidden) ?? visible(hidden))
      // What is not whole yet depends on what has come together.
      .replaceAll(/\u001b\[\?2026h[\s\S]*?\u001b\[\?2026l/g, '')
      .replaceAll(home, '/home/a-user-of-kiro')
      .replaceAll(program, '/usr/bin/kiro-gw')
      .replaceAll(/127\.0\.0\.1:\d{5}/g, '127.0.0.1:PPPPP')
      .replaceAll(/kiro-gw \d+\.\d+\.\d+( \([^)]*\)(, \S+, bun [\d.]+)?)?/g, 'kiro-gw VERSION')
      .replaceAll(/ +\d+(\.\d+)?m?s\b/g, ' TIME')
      .replaceAll(/(?<!\d)\d\d:\d\d:\d\d(?!\d)/g, 'TIME')
      .replaceAll(/[A-Z][a-z]+ \d{1,2}, \d{4}( at \d+:\d\d\s[AP]M)?/g, 'DATE')
      .replaceAll(/\d{4}-\d\d-\d\d(T[\w:.]+)?/g, 'DATE')
      .replaceAll(/\d+ GB free/g, 'N GB free')
      .replaceAll(/--port \d{5}/g, '--port PPPPP')
      .replaceAll(/Port \d{5}/g, 'Port PPPPP')
      .replaceAll(/process \d+/g, 'process N')
      .replaceAll(/\d+\.\d+\.\d+ +\d+ TIME/g, 'VERSION N TIME')
      .replaceAll(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, 'ID')
      .replaceAll(/chatcmpl-[0-9a-f]{32}","object":"chat.completion","created":\d+/g, 'chatcmpl-ID')
      .replaceAll(/(?<![0-9A-F-])[0-9A-F]{4}-[0-9A-F]{4}(?![0-9A-F-])/g, 'CODE')
      .replaceAll(/until \d\d:\d\d/g, 'until TIME')
      .replaceAll(/\d{8}T\d{9}Z-[\w-]+-[0-9a-f]{8}/g, 'FOLDER')
      .replaceAll(/k(gw|sk)[-_][\w-]{16,}/g, 'k$1-KEY')
      .replaceAll(/kgw-….{4}/g, 'kgw-…KEY')
      .replaceAll('\u001b', '␛')
      .replaceAll(/\n?$/g, '\n')
  );
}

// How often something turned depends on the machine.
function turningOf(hidden: string): string | undefined {
  // Where there are no such signs, a line turns.
  const [, plain] = /^[-\\|/] (.+?\.\.\.)/.exec(visible(hidden)) ?? [];
  const [, text = plain] = /[⠀-⣿] ([^⠀-⣿\r\n]+)/.exec(visible(hidden)) ?? [];
  return text === undefined ? undefined : `⟨turns: ${text}⟩`;
}

const shell = '/bin/sh';
// Where it is one command alone, signals reach it and not the shell.
const spoken = (line: string): string => `${/[;&|]/.test(line) ? '' : 'exec '}${line}`;
const patience = 40_000;
