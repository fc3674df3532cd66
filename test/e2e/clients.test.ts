import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { drivers } from '../clients/drivers.ts';
import { installAll } from '../clients/install.ts';
import { isolation } from '../support/clients.ts';

const run = promisify(execFile);
const main = join(import.meta.dirname, '../clients/main.ts');

// One of each API; npm run test:clients plays all turns of all clients.
describe.each([
  ['Claude Code 2.1', 'Messages'],
  ['pi', 'Chat Completions'],
  ['Codex CLI 0.169', 'Responses'],
] as const)('%s', (client, api) => {
  it(`changes a file by a tool, over ${api}`, { timeout: 900_000 }, async ({ skip }) => {
    const wanted = drivers.filter(({ name, version }) => `${name} ${version}`.startsWith(client));
    const installed = await installAll(wanted);
    const [missing] = Object.values(installed.missing);
    if (missing !== undefined) return skip(missing);
    const words = [client, '--turn=edit', `--api=${api}`, `--inside=${JSON.stringify(installed)}`];
    const [program = '', ...args] = [...(await isolation()), process.execPath, main, ...words];
    const { stdout } = await run(program, args, { timeout: 180_000 }).catch((error: { stdout: string }) => error);
    expect(stdout).toMatch(/\b1 passed, 0 failed/);
  });
});
