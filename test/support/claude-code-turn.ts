// Runs one headless turn of Claude Code against the executable on an emulator, and prints what happened as JSON.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ScriptedAnswer, type SeenRequest, startEmulator } from '../../src/emulator/emulator.ts';
import { emptyFolder, environment, startGateway } from './gateway.ts';

/** What the turn came to. */
export interface TurnReport {
  readonly output: string;
  readonly file: string | undefined;
  readonly violations: readonly unknown[];
  readonly requests: number;
  readonly errors: string;
}

const [claude = ''] = process.argv.slice(2);
const folder = emptyFolder();
const project = join(folder.path, 'project');
mkdirSync(project);
const target = join(project, 'greeting.txt');

const emulator = await startEmulator();
emulator.otherwise(answer);
const gateway = await startGateway({ emulator, env: { KIRO_API_KEY: emulator.credentials.apiKey().accessToken } });
const outcome = await promisify(execFile)(
  claude,
  ['-p', 'Write a greeting into greeting.txt.', '--output-format', 'json', '--dangerously-skip-permissions'],
  {
    cwd: project,
    timeout: 40_000,
    env: {
      ...environment(folder.path),
      ANTHROPIC_BASE_URL: gateway.url,
      ANTHROPIC_AUTH_TOKEN: gateway.key,
      ANTHROPIC_MODEL: 'claude-sonnet-4-5',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      IS_SANDBOX: '1',
    },
  },
).catch((error: { stdout?: string; stderr?: string; message: string }) => ({
  stdout: error.stdout ?? '',
  stderr: `${error.message}\n${error.stderr ?? ''}`,
}));

const report: TurnReport = {
  output: outcome.stdout,
  file: existsSync(target) ? readFileSync(target, 'utf8') : undefined,
  violations: emulator.violations,
  requests: emulator.requests.length,
  errors: `${outcome.stderr}\n${gateway.errors()}`,
};
await gateway.stop();
await emulator.close();
folder.remove();
console.log(JSON.stringify(report));
process.exit(0);

/** Calls the tool when it is declared and nothing was called yet, then ends the turn. */
function answer({ body }: SeenRequest): ScriptedAnswer | undefined {
  const text = JSON.stringify(body);
  if (!text.includes('"name":"Write"')) return undefined;
  if (text.includes('"toolResults"')) return ['The greeting is written.'];
  return ['I write it.', { tool: 'Write', input: { file_path: target, content: 'Good morning!\n' }, fragments: 4 }];
}
