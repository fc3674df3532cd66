import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Driver } from '../driver.ts';

const home = 'node_modules/@anthropic-ai/claude-code';

const claudeCode = (version: string, program: string, model: string): Driver => ({
  name: 'Claude Code',
  package: '@anthropic-ai/claude-code',
  version,
  async finish(folder) {
    const script = join(folder, home, 'install.cjs');
    if (existsSync(script)) await promisify(execFile)('node', [script], { cwd: join(folder, home) });
  },
  apis: ['Messages'],
  model,
  picture: 'read',
  tools: () => ({
    write: (path, content) => ({ tool: 'Write', input: { file_path: path, content } }),
    read: path => ({ tool: 'Read', input: { file_path: path } }),
  }),
  command: ({ url, key, model, installed, prompt }) => ({
    program: join(installed, home, program),
    args: ['-p', prompt, '--dangerously-skip-permissions'],
    env: {
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_AUTH_TOKEN: key,
      ANTHROPIC_MODEL: model,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      IS_SANDBOX: '1',
    },
  }),
});

/** Claude Code of three generations. */
export const claudeCodes: readonly Driver[] = [
  claudeCode('2.1.330', 'bin/claude.exe', 'claude-sonnet-5'),
  claudeCode('2.0.76', 'cli.js', 'claude-sonnet-4-5'),
  claudeCode('1.0.128', 'cli.js', 'claude-sonnet-4-5'),
];
