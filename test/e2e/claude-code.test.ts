import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { TurnReport } from '../support/claude-code-turn.ts';
import { installClient, isolation } from '../support/clients.ts';

const run = promisify(execFile);
const version = '2.1.330';

describe('Claude Code', () => {
  it('completes a turn that uses a tool', { timeout: 180_000 }, async ({ skip }) => {
    const client = await installClient('@anthropic-ai/claude-code', version, folder =>
      run('node', [join(folder, 'install.cjs')], { cwd: folder }),
    );
    if ('missing' in client) return skip(client.missing);
    const [program = '', ...words] = [
      ...(await isolation()),
      process.execPath,
      join(import.meta.dirname, '../support/claude-code-turn.ts'),
      join(client.folder, 'bin', 'claude.exe'),
    ];
    const { stdout } = await run(program, words, { timeout: 60_000 });
    const report: TurnReport = JSON.parse(stdout);
    expect(report.file, report.errors).toBe('Good morning!\n');
    expect(JSON.parse(report.output)).toMatchObject({ is_error: false, result: 'The greeting is written.' });
    expect(report.violations).toEqual([]);
  });
});
