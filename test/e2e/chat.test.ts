import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { pdfOf } from '../kiro/media/pdf-of.ts';
import { emptyFolder, environment, runExecutable } from '../support/gateway.ts';
import { onePixel } from '../support/pictures.ts';
import { hasTerminals, keys, startTerminal } from '../support/terminal.ts';

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
  expect(emulator.violations).toEqual([]);
  emulator.reset();
  home.remove();
});
afterAll(() => emulator.close());

const run = (...args: string[]) => runExecutable(args, { home: home.path, env });
const asked = (): string => JSON.stringify(emulator.requests.findLast(({ operation }) => operation === generate)?.body);
const generate = 'GenerateAssistantResponse';

describe('chat', () => {
  it('sends files of every kind along, patterns too', async () => {
    mkdirSync(join(home.path, 'src'));
    writeFileSync(join(home.path, 'src', 'a.ts'), 'let first;');
    writeFileSync(join(home.path, 'src', 'b.ts'), 'let second;');
    writeFileSync(join(home.path, 'dot.png'), Buffer.from(onePixel, 'base64'));
    writeFileSync(join(home.path, 'page.pdf'), pdfOf(['On paper.']));
    const { code, errors } = await run('chat', '-f', 'src/*.ts', '-f', 'dot.png', '-f', 'page.pdf', 'what', 'is', 'it');
    expect([code, errors]).toEqual([0, '']);
    for (const part of ['let first;', 'let second;', 'src/a.ts', onePixel, 'On paper.', 'what is it']) {
      expect(asked()).toContain(part);
    }
  });

  it('says which file cannot be sent, before asking', async () => {
    writeFileSync(join(home.path, 'blob'), Buffer.from([0, 1, 2, 3, 0, 255]));
    expect(await run('chat', '-f', 'none.txt', 'hi')).toMatchObject({
      code: 2,
      errors: 'error: --file: there is no file none.txt.\n',
    });
    const blob = await run('chat', '-f', 'blob', 'hi');
    expect([blob.code, blob.errors]).toEqual([2, expect.stringContaining('neither text nor PDF')]);
    expect(asked()).toBe(undefined);
  });

  it('goes on with a conversation, by name and with the last one', async () => {
    emulator.next(['One.'], ['Two.'], ['Three.'], ['Four.']);
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
    const file = join(home.path, '.local', 'share', 'kiro-gw', 'history.sqlite3');
    if (process.platform === 'linux') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).includes('Be brief.')).toBe(false);
  });

  it('keeps nothing when told so, or when the answer failed', async () => {
    await run('chat', '--no-history', 'secret');
    emulator.next({ status: 402, body: { message: 'No credits.', reason: 'MONTHLY_REQUEST_COUNT' } });
    await run('chat', 'refused');
    expect((await run('history', 'list', '--json')).output).toBe('[]\n');
  });

  it('writes an object, or every event, or a file', async () => {
    emulator.next(['Blue.'], ['Blue.'], ['Blue.']);
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
    expect(readFileSync(join(home.path, 'answer.txt'), 'utf8')).toBe('Blue.\n');
  });

  it('gives an answer in the form of a schema', async () => {
    const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };
    writeFileSync(join(home.path, 'schema.json'), JSON.stringify(schema));
    emulator.next([{ tool: 'final_answer', input: { name: 'Goethe' } }], ['Goethe'], ['Goethe']);
    const { code, output } = await run('chat', '--schema', 'schema.json', 'who?');
    expect([code, JSON.parse(output)]).toEqual([0, { name: 'Goethe' }]);
    const stubborn = await run('chat', '--schema', 'schema.json', 'who?');
    expect([stubborn.code, stubborn.errors]).toEqual([1, expect.stringContaining('did not answer in JSON')]);
    writeFileSync(join(home.path, 'schema.json'), '[]');
    expect((await run('chat', '--schema', 'schema.json', 'who?')).code).toBe(2);
  });
});

describe.runIf(hasTerminals)('chat on a terminal', () => {
  it('stops an answer at Ctrl-C and ends with 130', async () => {
    emulator.next(['It begins.\n\nThen', { hang: true }]);
    const terminal = startTerminal(['chat', 'go'], { home: home.path, env });
    await terminal.shows(/It begins/);
    terminal.type(keys.interrupt);
    expect(await terminal.ended()).toBe(130);
    expect(terminal.text()).toContain('Then');
  });

  it('sets Markdown, and dims what was thought', async () => {
    emulator.next([{ reasoning: 'Hmm.' }, '# Head\n\nSome **bold** text.']);
    const terminal = startTerminal(['chat', '--show-thinking', '-m', 'claude-opus-4.6', 'go'], {
      home: home.path,
      env,
    });
    await terminal.shows(/Hmm\.[\s\S]*Head\s[\s\S]*Some bold text\./);
    expect(await terminal.ended()).toBe(0);
  });

  it('is a conversation: several lines, commands, a stopped answer, and a way out', async () => {
    const terminal = startTerminal(['chat'], { home: home.path, env });
    await terminal.shows(/Talking to auto/);
    await terminal.shows(/> /);
    terminal.type(`one\\${keys.enter}`);
    await terminal.shows(/… /);
    terminal.type(`two${keys.enter}`);
    await terminal.shows(/You asked/);
    expect(asked()).toContain('one\\ntwo');
    await terminal.shows(/> $/);
    terminal.type('/model claude-haiku-4.5\r');
    await terminal.shows(/Now asking claude-haiku-4\.5/);
    await terminal.shows(/> $/);
    terminal.type('\u001b[200~pasted\rtext\u001b[201~\r');
    await terminal.shows(/I saw 3 messages/);
    expect(asked()).toContain('pasted\\ntext');
    await terminal.shows(/> $/);
    emulator.next(['Long\n\n', { hang: true }]);
    terminal.type('more\r');
    await terminal.shows(/Long/);
    terminal.type(keys.interrupt);
    await terminal.shows(/Stopped\./);
    await terminal.shows(/> $/);
    terminal.type('/nonsense\r');
    await terminal.shows(/There is no \/nonsense/);
    await terminal.shows(/> $/);
    terminal.type('/save talk\r');
    await terminal.shows(/--conversation talk/);
    await terminal.shows(/> $/);
    terminal.type('\u0004');
    expect(await terminal.ended()).toBe(0);
    expect((await run('history', 'show', 'talk')).output).toContain('Long');
  });
});
