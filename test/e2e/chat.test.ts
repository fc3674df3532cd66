import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pdfOf } from '../kiro/media/pdf-of.ts';
import { listen } from '../kiro/support/proxies.ts';
import { executable } from '../support/gateway.ts';
import { onePixel } from '../support/pictures.ts';
import { useUser } from '../support/user.ts';

const user = useUser();
const { run, asked } = user;

describe('chat', () => {
  it('sends files of every kind along, patterns too', async () => {
    mkdirSync(join(user.home, 'src'));
    writeFileSync(join(user.home, 'src', 'a.ts'), 'let first;');
    writeFileSync(join(user.home, 'src', 'b.ts'), 'let second;');
    writeFileSync(join(user.home, 'dot.png'), Buffer.from(onePixel, 'base64'));
    writeFileSync(join(user.home, 'page.pdf'), pdfOf(['On paper.']));
    const { code, errors } = await run('chat', '-f', 'src/*.ts', '-f', 'dot.png', '-f', 'page.pdf', 'what', 'is', 'it');
    expect([code, errors]).toEqual([0, '']);
    for (const part of ['let first;', 'let second;', 'src/a.ts', onePixel, 'On paper.', 'what is it']) {
      expect(asked()).toContain(part);
    }
  });

  it.skipIf(process.platform === 'win32')(
    'replaces no link and no pipe by the answer, and asks nothing for a folder',
    async () => {
      writeFileSync(join(user.home, 'old.txt'), 'old', { mode: 0o600 });
      symlinkSync('old.txt', join(user.home, 'link.txt'));
      user.emulator.next(['An answer.'], ['Another one.']);
      expect(await run('chat', '-o', 'link.txt', 'hi')).toMatchObject({ code: 0, output: '' });
      expect(readlinkSync(join(user.home, 'link.txt'))).toBe('old.txt');
      expect(readFileSync(join(user.home, 'old.txt'), 'utf8')).toBe('An answer.\n');
      expect(statSync(join(user.home, 'old.txt')).mode & 0o777).toBe(0o600);
      const pipe = join(user.home, 'pipe');
      execFileSync('mkfifo', [pipe]);
      const [read] = await Promise.all([readFile(pipe, 'utf8'), run('chat', '-o', 'pipe', 'hi')]);
      expect(read).toBe('Another one.\n');
      expect(statSync(pipe).isFIFO()).toBe(true);
      user.emulator.reset();
      const folder = await run('chat', '-o', '.', 'hi');
      expect([folder.code, folder.errors]).toEqual([2, 'error: --output: . cannot be written: it is a folder.\n']);
      expect(asked()).toBe(undefined);
    },
  );

  it.skipIf(process.platform === 'win32')(
    'reads what does not tell its size, and standard input without being told',
    async () => {
      const endless = await run('chat', '-f', '/dev/zero', 'hi');
      expect([endless.code, endless.errors]).toEqual([2, 'error: --file: /dev/zero is larger than 25 MB.\n']);
      const dash = await run('chat', '-f', '-', 'hi');
      expect([dash.code, dash.errors]).toEqual([
        2,
        expect.stringContaining('standard input joins the question by itself'),
      ]);
    },
  );

  it('answers also where the history cannot be kept, and says so', async () => {
    user.env['KIRO_GW_HOME'] = join(user.home, 'own');
    mkdirSync(join(user.home, 'own'));
    writeFileSync(join(user.home, 'own', 'history.sqlite3'), 'no database, but a text that is long enough for one');
    const answered = await run('chat', 'hi');
    expect([answered.code, answered.errors]).toEqual([0, expect.stringContaining('as with --no-history')]);
    expect(answered.output).toContain('You asked');
    expect((await run('chat', '--no-history', 'hi')).errors).toBe('');
    expect((await run('chat', '-c', 'hi')).code).toBe(2);
  });

  it('says which file cannot be sent, before asking', async () => {
    writeFileSync(join(user.home, 'blob'), Buffer.from([0, 1, 2, 3, 0, 255]));
    expect(await run('chat', '-f', 'none.txt', 'hi')).toMatchObject({
      code: 2,
      errors: 'error: --file: there is no file none.txt.\n',
    });
    const blob = await run('chat', '-f', 'blob', 'hi');
    expect([blob.code, blob.errors]).toEqual([2, expect.stringContaining('neither text nor PDF')]);
    expect(asked()).toBe(undefined);
  });

  it('fetches a file that is a web address, from private networks only when told so', async () => {
    const server = createServer((_, response) => response.end('words of the web'));
    const address = `http://127.0.0.1:${await listen(server)}/page.txt`;
    const refused = await run('chat', '-f', address, 'hi');
    expect([refused.code, refused.errors]).toEqual([2, expect.stringContaining('not on the public internet')]);
    expect(refused.errors).toContain('kiro-gw config set media-allow-private true');
    expect((await run('config', 'set', 'media-allow-private', 'true')).code).toBe(0);
    expect(await run('chat', '-f', address, 'hi')).toMatchObject({ code: 0, errors: '' });
    expect(asked()).toContain('words of the web');
    expect(asked()).toContain(address);
    server.close();
  });

  it('thinks as hard as it is told to', async () => {
    expect((await run('chat', '--effort', 'high', '-m', 'claude-opus-4.6', 'hi')).code).toBe(0);
    expect(asked()).toContain('"effort":"high"');
    await run('chat', '-m', 'claude-opus-4.6', 'hi');
    expect(asked()).not.toContain('"effort"');
    const wrong = await run('chat', '--effort', 'enormous', 'hi');
    expect([wrong.code, wrong.errors]).toEqual([2, expect.stringContaining('none, minimal, low')]);
  });

  it('shows an answer as it comes, or with --no-stream when it is whole', async () => {
    const first = async (...args: string[]): Promise<string> => {
      user.emulator.next(['One, ', { pause: 400 }, 'two.']);
      const child = spawn(executable, ['chat', ...args, 'count'], {
        cwd: user.home,
        env: user.env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
      child.stdout.resume();
      await once(child, 'close');
      return chunk.toString();
    };
    expect(await first('--no-stream')).toMatch(/^One, two\./);
    expect(await first()).toMatch(/^One, /);
  });

  it('goes on with a conversation, by name and with the last one', async () => {
    user.emulator.next(['One.'], ['Two.'], ['Three.'], ['Four.']);
    await run('chat', '--conversation', 'plans', '-s', 'Be brief.', '-m', 'claude-sonnet-4.5', 'first');
    await run('chat', 'elsewhere');
    await run('chat', '--conversation', 'plans', 'second');
    for (const part of ['Be brief.', 'first', 'One.', 'second', 'claude-sonnet-4.5']) expect(asked()).toContain(part);
    expect(asked()).not.toContain('elsewhere');
    await run('chat', '-c', 'third');
    expect(asked()).toContain('Three.');
    const list = JSON.parse((await run('history', 'list', '--json')).output) as { name?: string; messages: number }[];
    expect(list.map(({ name, messages }) => [name, messages])).toEqual([
      ['plans', 6],
      [undefined, 2],
    ]);
    expect((await run('history', 'export', 'plans')).output).toContain('## Answer (claude-sonnet-4.5)\n\nThree.\n');
    expect(await run('history', 'delete', 'plans')).toMatchObject({ code: 0, errors: 'Deleted 1 conversation.\n' });
    expect((await run('history', 'show', 'plans')).code).toBe(2);
    const file = join(user.home, '.local', 'share', 'kiro-gw', 'history.sqlite3');
    if (process.platform === 'linux') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).includes('Be brief.')).toBe(false);
  });

  it('keeps nothing when told so, or when the answer failed', async () => {
    await run('chat', '--no-history', 'secret');
    user.emulator.next({ status: 402, body: { message: 'No credits.', reason: 'MONTHLY_REQUEST_COUNT' } });
    await run('chat', 'refused');
    expect((await run('history', 'list', '--json')).output).toBe('[]\n');
  });

  it('writes an object, or every event, or a file', async () => {
    user.emulator.next(['Blue.'], ['Blue.'], ['Blue.']);
    const { output } = await run('chat', '--json', 'sky');
    expect(JSON.parse(output)).toMatchObject({
      text: 'Blue.',
      stop: 'end',
      usage: { outputTokens: expect.any(Number) },
    });
    const lines = (await run('chat', '--jsonl', 'sky')).output.trim().split('\n');
    const types = lines.map(line => (JSON.parse(line) as { type: string }).type);
    expect([types[0], types.at(-1)]).toEqual(['start', 'finish']);
    expect((await run('chat', '-o', 'answer.txt', 'sky')).output).toBe('');
    expect(readFileSync(join(user.home, 'answer.txt'), 'utf8')).toBe('Blue.\n');
  });

  it('gives an answer in the form of a schema', async () => {
    const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    writeFileSync(join(user.home, 'schema.json'), JSON.stringify(schema));
    user.emulator.next([{ tool: 'final_answer', input: { name: 'Goethe' } }], ['Goethe'], ['Goethe']);
    const { code, output } = await run('chat', '--schema', 'schema.json', 'who?');
    expect([code, JSON.parse(output)]).toEqual([0, { name: 'Goethe' }]);
    const stubborn = await run('chat', '--schema', 'schema.json', 'who?');
    expect([stubborn.code, stubborn.errors]).toEqual([1, expect.stringContaining('did not answer in JSON')]);
    writeFileSync(join(user.home, 'schema.json'), '[]');
    expect((await run('chat', '--schema', 'schema.json', 'who?')).code).toBe(2);
  });
});

describe('history', () => {
  it('shows, writes and deletes every conversation at once', async () => {
    expect(await run('history', 'export', '--all')).toEqual({
      code: 0,
      output: '',
      errors: expect.stringContaining('kiro-gw chat'),
    });
    user.emulator.next(['One.'], ['Two.']);
    await run('chat', '--conversation', 'plans', 'first');
    await run('chat', 'second');
    const { output } = await run('history', 'export', '--all');
    expect(output).toMatch(/^# second\n[\s\S]*Two\.\n[\s\S]*^# first\n[\s\S]*One\./m);
    await run('history', 'export', '--all', '--format', 'json', '-o', 'all.json');
    const all = JSON.parse(readFileSync(join(user.home, 'all.json'), 'utf8')) as {
      name?: string;
      messages: unknown[];
    }[];
    expect(all.map(({ name, messages }) => [name, messages.length])).toEqual([
      [undefined, 2],
      ['plans', 2],
    ]);
    const nowhere = await run('history', 'export', '--all', '-o', 'no/all.json');
    expect([nowhere.code, nowhere.errors]).toEqual([
      2,
      expect.stringContaining('no/all.json cannot be written: there is no such'),
    ]);
    expect((await run('history', 'list', 'nothing', 'like', 'it')).errors).toContain('"nothing" and "like" and "it"');
    expect((await run('history', 'delete')).code).toBe(2);
    expect(await run('history', 'delete', '--all')).toMatchObject({ code: 0, errors: 'Deleted 2 conversations.\n' });
    expect((await run('history', 'list', '--json')).output).toBe('[]\n');
  });
});
