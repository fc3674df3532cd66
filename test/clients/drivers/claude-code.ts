import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
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

const [newest = claudeCode('2.1.330', 'bin/claude.exe', 'claude-sonnet-5')] = claudeCodes;

/** A hundred more tools, which the model has to search before it can call one. */
export const claudeCodeWithSearch: Driver = {
  ...newest,
  name: 'Claude Code (search in 100 tools)',
  tools: api => ({
    ...newest.tools(api),
    write: (path, text, declared) =>
      declared.includes('mcp__hundred__write_note')
        ? { tool: 'mcp__hundred__write_note', input: { path, text } }
        : { tool: 'ToolSearch', input: { query: 'select:mcp__hundred__write_note' } },
  }),
  without: () => ({ answer: asWithout, long: asWithout, cancel: asWithout, failure: asWithout, overflow: asWithout }),
  command(scene) {
    const command = newest.command(scene);
    const server = { command: 'node', args: [join(import.meta.dirname, 'hundred-tools.mjs')] };
    const file = join(scene.home, 'tools.json');
    writeFileSync(file, JSON.stringify({ mcpServers: { hundred: server } }));
    return {
      ...command,
      args: [...command.args, '--mcp-config', file],
      env: { ...command.env, ENABLE_TOOL_SEARCH: 'true' },
    };
  },
};

const asWithout = 'as without the tools';
