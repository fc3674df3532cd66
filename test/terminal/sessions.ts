import type { ScriptedAnswer } from '../../src/emulator/script.ts';

/** One command line as a person meets it. */
export interface Session {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What is typed when something has been shown. */
  readonly steps?: readonly Step[];
  /** Command lines that come before, unseen. */
  readonly before?: readonly (readonly string[])[];
  /** What the service answers; something of its own when left out. */
  readonly answer?: ScriptedAnswer;
  /** Where it only makes sense on a terminal, or only in a pipe. */
  readonly only?: 'terminal' | 'pipe';
}

/** Types something when something has been shown, or (with an empty text) asks the gateway whose address was shown. */
export interface Step {
  readonly wait: RegExp;
  readonly type: string;
}

/** A kind of screen, and whether anything is set up. */
export interface Variant {
  readonly title: string;
  /** None for a pipe. */
  readonly columns?: number;
  readonly colours: boolean;
  readonly isConfigured: boolean;
}

export const variants: readonly Variant[] = [
  { title: '80 columns, with colours', columns: 80, colours: true, isConfigured: true },
  { title: '80 columns, without colours', columns: 80, colours: false, isConfigured: true },
  { title: '120 columns, with colours', columns: 120, colours: true, isConfigured: true },
  { title: '120 columns, without colours', columns: 120, colours: false, isConfigured: true },
  { title: 'in a pipe', colours: true, isConfigured: true },
  { title: '80 columns, nothing configured', columns: 80, colours: false, isConfigured: false },
  { title: 'in a pipe, nothing configured', colours: true, isConfigured: false },
];

const stop = (wait: RegExp) => [{ wait, type: '\u0003' }];

export const sessions: readonly Session[] = [
  { name: 'help', args: [] },
  { name: 'version', args: ['--version'] },
  { name: 'unknown-command', args: ['sevre'] },
  { name: 'unknown-option', args: ['serve', '--prot', '1'] },
  { name: 'wrong-setting', args: ['env'], env: { SERVER_PORT: 'http' } },
  { name: 'serve', args: ['serve', '--port', '0'], steps: stop(/models .*\d|kiro-gw login|models \d/) },
  { name: 'serve-emulator', args: ['serve', '--port', '0', '--emulator'], steps: stop(/models .*\d/) },
  {
    name: 'serve-request',
    args: ['serve', '--port', '0'],
    only: 'terminal',
    steps: [
      { wait: /models .*\d|kiro-gw login/, type: '' },
      { wait: / (200|401) /, type: '\u0003' },
    ],
  },
  { name: 'serve-exposed', args: ['serve', '--host', '0.0.0.0'], env: { PROXY_API_KEY: 'short' } },
  { name: 'status', args: ['status', '--port', '1'] },
  { name: 'stop', args: ['stop', '--port', '1'] },
  { name: 'service', args: ['service', 'install', '--print'] },
  { name: 'env', args: ['env', '--port', '1'] },
  { name: 'env-unset', args: ['env', '--unset', '--shell', 'fish'] },
  { name: 'setup', args: ['setup'] },
  { name: 'setup-codex', args: ['setup', 'codex', '--port', '1'] },
  { name: 'setup-unknown', args: ['setup', 'emacs'] },
  { name: 'run', args: ['run', 'sh', '-c', 'echo "$OPENAI_BASE_URL"'] },
  { name: 'key', args: ['key'] },
  { name: 'chat', args: ['chat', 'hello', 'there'] },
  {
    name: 'chat-talk',
    args: ['chat'],
    only: 'terminal',
    steps: [
      { wait: /> $/, type: 'hello\r' },
      { wait: /> $/, type: '/help\r' },
      { wait: /> $/, type: '\u0004' },
    ],
  },
  {
    name: 'chat-markdown',
    args: ['chat', '--show-thinking', '-m', 'claude-opus-4.6', 'how?'],
    answer: [
      { reasoning: 'They want an example.' },
      '# So\n\nIt is **easy**: call `greet` with a name, and what comes back is a text that can be shown to people.\n\n' +
        '```python\ndef greet(name):  # friendly\n    return f"Hello {name}"\n```\n\n' +
        '- first\n- then\n  1. one\n  2. two\n\n| a | b |\n|---|--:|\n| x | 1 |\n\n> Said before.\n',
    ],
  },
  { name: 'chat-nothing', args: ['chat'], only: 'pipe' },
  { name: 'chat-unknown-model', args: ['chat', '-m', 'gpt-12', 'hello'] },
  { name: 'chat-unknown-file', args: ['chat', '-f', 'none.txt', 'hello'] },
  { name: 'chat-unknown-conversation', args: ['chat', '-c', 'go on'] },
  { name: 'history', args: ['history', 'list'], before: [['chat', 'hello']] },
  { name: 'history-show', args: ['history', 'show'], before: [['chat', 'hello']] },
  { name: 'models', args: ['models'] },
  { name: 'models-filtered', args: ['models', 'sonnet'] },
  { name: 'usage', args: ['usage'] },
  { name: 'login', args: ['login'], steps: stop(/How do you sign in|API key/) },
  {
    name: 'login-incomplete',
    args: ['login', '--method', 'identity-center', '--no-browser'],
    steps: stop(/Start URL/),
  },
  { name: 'accounts', args: ['accounts', 'list'] },
  { name: 'logout', args: ['logout'] },
  { name: 'doctor', args: ['doctor', '--port', '0'] },
  { name: 'doctor-report', args: ['doctor', '--port', '0', '--report'] },
  { name: 'config-list', args: ['config', 'list'] },
  { name: 'config-get', args: ['config', 'get', 'port'] },
  { name: 'config-unknown', args: ['config', 'set', 'prot', '1'] },
  { name: 'config-wrong', args: ['config', 'set', 'port', 'http'] },
  { name: 'replay-nothing', args: ['replay', 'nowhere'] },
  { name: 'completion', args: ['completion', 'fish'] },
  { name: 'plain-terminal', args: ['doctor', '--port', '0'], env: { LANG: 'C' }, only: 'terminal' },
];
