import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { executable } from '../support/gateway.ts';
import { hasTerminals, keys, startOnTerminal, type Terminal } from '../support/terminal.ts';
import { useUser } from '../support/user.ts';

const user = useUser();

const pasteOf = (text: string): string => `\u001b[200~${text.replaceAll('\n', '\r')}\u001b[201~`;

async function leave(terminal: Terminal): Promise<number> {
  await terminal.shows(/> $/);
  terminal.type('\u0004');
  return terminal.ended();
}

describe.runIf(hasTerminals)('what is typed while an answer comes', () => {
  it('is not shown in it, and stands at the next prompt, sent where it was', async () => {
    const answer = ['It begins.\n\n', { pause: 1000 }, 'It ends.'];
    user.emulator.next(answer, answer, ['Third.']);
    const terminal = user.sit('chat');
    await terminal.shows(/> $/);
    terminal.type(`first${keys.enter}`);
    await terminal.shows(/It begins\./);
    terminal.type(`next question${keys.enter}`);
    await terminal.shows(/It ends\.\s+> next question\s[\s\S]*It begins\./);
    expect(terminal.text().split('next question')).toHaveLength(2);
    terminal.type('half a');
    await terminal.shows(/It ends\.\s+> half a$/);
    expect(user.asked()).toContain('next question');
    terminal.type(` one${keys.enter}`);
    await terminal.shows(/Third\./);
    expect(user.asked()).toContain('half a one');
    expect(await leave(terminal)).toBe(0);
  });

  it('does not keep Ctrl-C from the answer, which forgets what was typed before', async () => {
    user.emulator.next(['It begins.\n\n', { hang: true }]);
    const terminal = user.sit('chat');
    await terminal.shows(/> $/);
    terminal.type(`first${keys.enter}`);
    await terminal.shows(/It begins\./);
    terminal.type('forget this');
    terminal.type(keys.interrupt);
    await terminal.shows(/Stopped\. Ctrl-C again leaves\.\s+> $/);
    terminal.type(keys.interrupt);
    expect(await terminal.ended()).toBe(130);
  });

  it('may come together with a Ctrl-C, and the next prompt listens', async () => {
    const terminal = user.sit('chat');
    await terminal.shows(/> $/);
    terminal.type(`never asked${keys.enter}${keys.interrupt}`);
    await terminal.shows(/never asked\s[\s\S]*> $/);
    terminal.type(`asked${keys.enter}`);
    await terminal.shows(/You asked: "asked"/);
    expect(await leave(terminal)).toBe(0);
  });

  it.runIf(existsSync('/bin/bash'))('does not keep Ctrl-Z from it, and the terminal is given back', async () => {
    user.emulator.next(['It begins.\n\n', { hang: true }]);
    const { home, env } = user;
    const bash = ['/bin/bash', '--norc', '--noprofile', '--noediting', '-i'];
    const shell = startOnTerminal(bash, { home, env: { ...env, PS1: 'shell$ ' } });
    await shell.shows(/shell\$ $/);
    shell.type(`${executable} chat${keys.enter}`);
    await shell.shows(/> $/);
    shell.type(`first${keys.enter}`);
    await shell.shows(/It begins\./);
    shell.type('\u001a');
    await shell.shows(/Stopped[\s\S]*shell\$ $/);
    shell.type(`stty -a | grep -c ' icanon .* echo '${keys.enter}`);
    await shell.shows(/\s1\s+shell\$ $/);
    shell.type(`fg${keys.enter}`);
    await shell.shows(/chat\s/);
    shell.type(keys.interrupt);
    await shell.shows(/Stopped\. Ctrl-C again leaves\.\s+> $/);
    shell.type(keys.interrupt);
    await shell.shows(/shell\$ $/);
    shell.type(`stty -a | grep -c ' icanon .* echo '; exit${keys.enter}`);
    await shell.shows(/\s1\s/);
    await shell.ended();
  });
});

describe.runIf(hasTerminals)('what is pasted', () => {
  it('is shown short where it is long, and sent whole', async () => {
    const terminal = user.sit('chat');
    await terminal.shows(/> $/);
    const lines = Array.from({ length: 3000 }, (_, at) => `\tline ${at} "é"`).join('\n');
    terminal.type(`What is ${pasteOf(lines)}?`);
    await terminal.shows(/What is \[3000 lines: line 0 "é" line 1 "é" l…\]\?$/);
    terminal.type(keys.enter);
    await terminal.shows(/You asked/);
    expect(user.asked()).toContain(JSON.stringify(`What is ${lines}?`));
    expect(terminal.text()).not.toContain('line 2999');
    expect(await leave(terminal)).toBe(0);
  });

  it('is one message on the arrow keys, also those of earlier talks', async () => {
    const terminal = user.sit('chat');
    await terminal.shows(/> $/);
    user.emulator.next(['One.'], ['Two.']);
    terminal.type(`${pasteOf('/help\nthree')} four${keys.enter}`);
    await terminal.shows(/One\.\s+> $/);
    terminal.type(keys.up);
    await terminal.shows(/\[2 lines: \/help three\] four$/);
    terminal.type(`${'\u007f'.repeat(5)}`);
    await terminal.shows(/> \[2 lines: \/help three\]$/);
    terminal.type(`\u007f`);
    await terminal.shows(/> $/);
    terminal.type(`${keys.down}${keys.up}`);
    await terminal.shows(/four$/);
    terminal.type(keys.enter);
    await terminal.shows(/Two\./);
    expect(user.asked()?.split('/help\\nthree four')).toHaveLength(3);
    expect(await leave(terminal)).toBe(0);
    const later = user.sit('chat');
    await later.shows(/> $/);
    later.type(`${keys.up}${keys.enter}`);
    await later.shows(/You asked/);
    expect(user.asked()).toContain('"/help\\nthree four"');
    expect(await leave(later)).toBe(0);
  });
});
