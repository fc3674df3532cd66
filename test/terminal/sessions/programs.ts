import type { Session } from '../session.ts';

/** Programs that use the gateway: env, setup, run, key. */
export const programs: readonly Session[] = [
  { name: 'env', line: 'kiro-gw env --port 1' },
  { name: 'env-unset', line: 'kiro-gw env --unset --shell fish' },
  { name: 'env-nushell', line: 'kiro-gw env --port 1 --shell nushell --client claude-code' },
  { name: 'env-powershell', line: 'kiro-gw env --port 1 --shell powershell --client openai' },
  { name: 'env-cmd', line: 'kiro-gw env --port 1 --shell cmd --client anthropic' },
  { name: 'env-json', line: 'kiro-gw env --port 1 --json' },
  { name: 'env-unknown-shell', isWrong: true, line: 'kiro-gw env --shell tcsh' },
  { name: 'setup', line: 'kiro-gw setup' },
  { name: 'setup-codex', line: 'kiro-gw setup codex --port 1' },
  { name: 'setup-write', line: 'kiro-gw setup claude-code --write && kiro-gw setup claude-code --undo' },
  { name: 'setup-variables', line: 'kiro-gw setup copilot --write; kiro-gw setup copilot' },
  { name: 'setup-undo', isWrong: true, line: 'kiro-gw setup zed --undo' },
  { name: 'setup-unknown', isWrong: true, line: 'kiro-gw setup emacs' },
  { name: 'setup-unknown-model', isWrong: true, line: 'kiro-gw setup codex --model gpt-12' },
  { name: 'run', line: `kiro-gw run sh -c 'echo "$OPENAI_BASE_URL"'` },
  { name: 'run-emulator', line: `kiro-gw run --emulator -- sh -c 'echo "$OPENAI_BASE_URL"; exit 7'` },
  { name: 'run-missing', isWrong: true, line: 'kiro-gw run --emulator no-such-program' },
  { name: 'run-nothing', isWrong: true, line: 'kiro-gw run' },
  { name: 'key', line: 'kiro-gw key' },
];
