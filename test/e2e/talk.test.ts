import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { executable } from '../support/gateway.ts';
import { hasTerminals, keys, startOnTerminal, type Terminal } from '../support/terminal.ts';
import { useUser } from '../support/user.ts';

const user = useUser();

/** Types a line once the prompt is there, and waits for what is shown then. */
async function say(terminal: Terminal, text: string, answer: RegExp): Promise<RegExpExecArray> {
  await terminal.shows(/> $/);
  terminal.type(`${text}${keys.enter}`);
  return terminal.shows(answer);
}

async function leave(terminal: Terminal): Promise<number> {
  await terminal.shows(/> $/);
  terminal.type('\u0004');
  return terminal.ended();
}

describe.runIf(hasTerminals)('chat on a terminal', () => {
  it('stops an answer at Ctrl-C and ends with 130', async () => {
    user.emulator.next(['It begins.\n\nThen', { hang: true }]);
    const terminal = user.sit('chat', 'go');
    await terminal.shows(/It begins/);
    terminal.type(keys.interrupt);
    expect(await terminal.ended()).toBe(130);
    expect(terminal.text()).toContain('Then');
  });

  it('says while it waits that the service is asked again, and why', async () => {
    const failure = { status: 500, body: { message: 'Something broke.' } };
    user.emulator.next(failure, failure, ['There.']);
    const terminal = user.sit('chat', 'go');
    await terminal.shows(/Kiro failed: Something broke; asking again \(attempt 2\)… Ctrl-C stops it\./);
    await terminal.shows(/\(attempt 3\)[\s\S]*There\./);
    expect(await terminal.ended()).toBe(0);
    user.emulator.next(failure, failure, ['There.']);
    const piped = await user.run('chat', 'go');
    expect(piped).toMatchObject({ code: 0, output: 'There.\n' });
    expect(piped.errors).toMatch(/^Kiro failed: Something broke; asking again( in 2 s)?\.\n$/);
  });

  it('sets Markdown, and dims what was thought', async () => {
    user.emulator.next([{ reasoning: 'Hmm.' }, '# Head\n\nSome **bold** text.']);
    const terminal = user.sit('chat', '--show-thinking', '-m', 'claude-opus-4.6', 'go');
    await terminal.shows(/Hmm\.[\s\S]*Head\s[\s\S]*Some bold text\./);
    expect(await terminal.ended()).toBe(0);
  });

  it('is a conversation: several lines, commands, a stopped answer, and a way out', async () => {
    const terminal = user.sit('chat');
    await terminal.shows(/Talking to auto/);
    await terminal.shows(/> /);
    terminal.type(`one\\${keys.enter}`);
    await terminal.shows(/… /);
    terminal.type(`two${keys.enter}`);
    await terminal.shows(/You asked/);
    expect(user.asked()).toContain('one\\ntwo');
    await say(terminal, '/model claude-haiku-4.5', /Now asking claude-haiku-4\.5/);
    await say(terminal, '\u001b[200~pasted\rtext\u001b[201~', /I saw 3 messages/);
    expect(user.asked()).toContain('pasted\\ntext');
    await terminal.shows(/> $/);
    user.emulator.next(['Long\n\n', { hang: true }]);
    terminal.type(`more${keys.enter}`);
    await terminal.shows(/Long/);
    terminal.type(keys.interrupt);
    await terminal.shows(/Stopped\./);
    await say(terminal, '/nonsense', /There is no \/nonsense/);
    await say(terminal, '/save talk', /--conversation talk/);
    expect(await leave(terminal)).toBe(0);
    expect((await user.run('history', 'show', 'talk')).output).toContain('Long');
  });

  it('ends with 130 at a second Ctrl-C, after an answer that the first one has stopped', async () => {
    const terminal = user.sit('chat');
    await terminal.shows(/> $/);
    user.emulator.next(['Long\n\n', { hang: true }]);
    terminal.type(`go${keys.enter}`);
    await terminal.shows(/Long/);
    terminal.type(keys.interrupt);
    await terminal.shows(/Stopped\. Ctrl-C again leaves\.[\s\S]*> $/);
    terminal.type(keys.interrupt);
    expect(await terminal.ended()).toBe(130);
  });

  it('takes two of them at the prompt, where a word in between begins anew', async () => {
    const terminal = user.sit('chat');
    await terminal.shows(/> $/);
    terminal.type(keys.interrupt);
    await terminal.shows(/Ctrl-C again leaves[\s\S]*> $/);
    terminal.type('c');
    await terminal.shows(/c/);
    terminal.type(keys.interrupt);
    await terminal.shows(/> $/);
    terminal.type(keys.interrupt);
    await terminal.shows(/Ctrl-C again leaves[\s\S]*> $/);
    terminal.type(keys.interrupt);
    expect(await terminal.ended()).toBe(130);
  });

  it('sends files with the next question and with no other', async () => {
    writeFileSync(join(user.home, 'notes.txt'), 'the words of the notes');
    const terminal = user.sit('chat');
    await say(terminal, '/file', /Which file\?/);
    await say(terminal, '/file none.txt', /there is no file none\.txt/);
    await say(terminal, '/file notes.txt', /One file goes with the next question/);
    await say(terminal, 'first', /You asked/);
    expect(user.asked()?.split('the words of the notes')).toHaveLength(2);
    user.emulator.next(['Second.']);
    await say(terminal, 'second', /Second\./);
    // It is there once: in what was said before.
    expect(user.asked()?.split('the words of the notes')).toHaveLength(2);
    expect(await leave(terminal)).toBe(0);
  });

  it('begins anew after /clear, and keeps both conversations', async () => {
    const terminal = user.sit('chat');
    user.emulator.next(['First answer.'], ['Second answer.']);
    await say(terminal, 'first question', /First answer\./);
    await say(terminal, '/clear', /A new conversation\./);
    await say(terminal, 'second question', /Second answer\./);
    expect(user.asked()).not.toContain('first question');
    await say(terminal, '/save second.md', /Written to second\.md/);
    await say(terminal, '/save nowhere/second.md', /cannot be written: there is no such file or folder/);
    expect(await leave(terminal)).toBe(0);
    expect(readFileSync(join(user.home, 'second.md'), 'utf8')).not.toContain('first');
    const list = JSON.parse((await user.run('history', 'list', '--json')).output) as { title: string }[];
    expect(list.map(({ title }) => title)).toEqual(['second question', 'first question']);
  });

  it('gives no two conversations one name', async () => {
    await user.run('chat', '--conversation', 'plans', 'first');
    const terminal = user.sit('chat');
    await say(terminal, 'second', /You asked/);
    await say(terminal, '/save plans', /There is a conversation "plans" already/);
    expect(await leave(terminal)).toBe(0);
  });

  it('tells what it took, and what is left', async () => {
    const terminal = user.sit('chat');
    await say(terminal, '/usage', /This conversation: 0 tokens in, 0 out, 0 credits\.[\s\S]* left/);
    user.emulator.next({
      steps: ['Hello.'],
      ending: { usage: 0.25, tokenUsage: { uncachedInputTokens: 7, outputTokens: 5 } },
    });
    await say(terminal, 'hi', /Hello\./);
    await say(terminal, '/usage', /This conversation: 7 tokens in, 5 out, 0\.25 credits\.[\s\S]* left/);
    expect(await leave(terminal)).toBe(0);
  });

  it('thinks as hard as /effort says', async () => {
    const terminal = user.sit('chat', '-m', 'claude-opus-4.6', '--effort', 'low');
    await say(terminal, 'one', /You asked/);
    expect(user.asked()).toContain('"effort":"low"');
    await say(terminal, '/effort enormous', /\/effort takes none, minimal, low/);
    await say(terminal, '/effort max', /Thinking effort is max now/);
    await say(terminal, 'two', /You asked/);
    expect(user.asked()).toContain('"effort":"max"');
    expect(await leave(terminal)).toBe(0);
  });

  it('wants a sign-in and a model of the account before the first question', async () => {
    const unknown = user.sit('chat', '-m', 'sonet-4.5');
    await unknown.shows(/no model "sonet-4\.5"\. Near names: [\w.-]+4\.5[\s\S]*See all: kiro-gw models/);
    expect(await unknown.ended()).toBe(2);
    delete user.env['KIRO_API_KEY'];
    const nobody = user.sit('chat');
    await nobody.shows(/Run kiro-gw login/);
    expect(await nobody.ended()).toBe(4);
  });

  it('has the questions of before on the arrow keys', async () => {
    await user.run('chat', 'the first question');
    const terminal = user.sit('chat');
    await say(terminal, keys.up, /You asked: "the first question"/);
    expect(await leave(terminal)).toBe(0);
  });

  it('takes paths as shells and other programs write them, and completes what is typed', async () => {
    writeFileSync(join(user.home, 'my notes.txt'), 'the words of the notes');
    const terminal = user.sit('chat');
    await say(terminal, '/file ~/my notes.txt', /One file goes/);
    await say(terminal, "/file 'my notes.txt'", /2 files go/);
    await say(terminal, '/file my\\ notes.txt', /3 files go/);
    await terminal.shows(/> $/);
    terminal.type('/mod\t');
    await terminal.shows(/\/model $/);
    terminal.type(`claude-haiku-4\t${keys.enter}`);
    await terminal.shows(/Now asking claude-haiku-4\.5/);
    expect(await leave(terminal)).toBe(0);
  });

  it('keeps the tabs of what is pasted', async () => {
    const terminal = user.sit('chat');
    await say(terminal, '\u001b[200~if x:\r\tpass\u001b[201~', /You asked/);
    expect(user.asked()).toContain('if x:\\n\\tpass');
    expect(await leave(terminal)).toBe(0);
  });

  it.runIf(existsSync('/bin/bash'))('goes on after Ctrl-Z, once it is fetched back', async () => {
    const { home, env } = user;
    const shell = startOnTerminal(['/bin/bash', '--norc', '--noprofile', '-i'], {
      home,
      env: { ...env, PS1: 'shell$ ' },
    });
    await shell.shows(/shell\$ $/);
    shell.type(`${executable} chat${keys.enter}`);
    await shell.shows(/> $/);
    shell.type('one');
    await shell.shows(/one/);
    shell.type('\u001a');
    await shell.shows(/Stopped[\s\S]*shell\$ $/);
    shell.type(`fg${keys.enter}`);
    await shell.shows(/> one$/);
    shell.type(` and two${keys.enter}`);
    await shell.shows(/You asked: "one and two"/);
    await shell.shows(/> $/);
    shell.type('\u0004');
    await shell.shows(/shell\$ $/);
    shell.type(`exit${keys.enter}`);
    expect(await shell.ended()).toBe(0);
  });
});
