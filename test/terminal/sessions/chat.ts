import { interrupt, type Session, unreachable } from '../session.ts';

/** Questions and answers: chat. */
export const chat: readonly Session[] = [
  { name: 'chat', line: 'kiro-gw chat hello there' },
  {
    name: 'chat-talk',
    line: 'kiro-gw chat',
    only: 'terminal',
    steps: [
      { wait: /> $/, type: 'hello\r' },
      { wait: /> $/, type: '/help\r' },
      { wait: /> $/, type: '\u0004' },
    ],
  },
  {
    name: 'chat-talk-wrong',
    line: 'kiro-gw chat',
    only: 'terminal',
    steps: [
      { wait: /> $/, type: '/modle\r' },
      { wait: /> $/, type: '/model gpt-12\r' },
      { wait: /> $/, type: '/file none.txt\r' },
      { wait: /> $/, type: '/save plans\r' },
      { wait: /> $/, type: '\u0004' },
    ],
  },
  {
    name: 'chat-talk-stopped',
    line: 'kiro-gw chat',
    only: 'terminal',
    service: emulator => emulator.next(['It begins.\n\nAnd', { hang: true }]),
    steps: [
      { wait: /> $/, type: 'go\r' },
      { wait: /It begins/, type: interrupt },
      { wait: /> $/, type: interrupt },
    ],
  },
  { name: 'chat-talk-unknown-model', isWrong: true, line: 'kiro-gw chat -m sonet-4.5', only: 'terminal' },
  {
    name: 'chat-markdown',
    line: 'kiro-gw chat --show-thinking -m claude-opus-4.6 "how?"',
    service: emulator =>
      emulator.next([
        { reasoning: 'They want an example.' },
        '# So\n\nIt is **easy**: call `greet` with a name, and what comes back is a text that can be shown to people.\n\n' +
          '```python\ndef greet(name):  # friendly\n    return f"Hello {name}"\n```\n\n' +
          '- first\n- then\n  1. one\n  2. two\n\n| a | b |\n|---|--:|\n| x | 1 |\n\n> Said before.\n',
      ]),
  },
  { name: 'chat-json', line: 'kiro-gw chat --json hello', service: emulator => emulator.next(['Hello.']) },
  { name: 'chat-output', line: 'kiro-gw chat -o answer.txt hello && cat answer.txt' },
  { name: 'chat-piped', line: 'echo "a poem" | kiro-gw chat "what is this?"' },
  { name: 'chat-closed-input', isWrong: true, line: 'kiro-gw chat hello <&-' },
  { name: 'chat-nothing', line: 'kiro-gw chat', only: 'pipe' },
  { name: 'chat-no-terminal', isWrong: true, line: 'kiro-gw chat </dev/null' },
  { name: 'chat-unknown-model', isWrong: true, line: 'kiro-gw chat -m gpt-12 hello' },
  { name: 'chat-without-effort', isWrong: true, line: 'kiro-gw chat --effort high -m claude-haiku-4.5 hello' },
  { name: 'chat-unknown-account', isWrong: true, line: 'kiro-gw chat --account nobody hello' },
  { name: 'chat-unknown-file', isWrong: true, line: 'kiro-gw chat -f none.txt hello' },
  { name: 'chat-folder', isWrong: true, line: 'kiro-gw chat -f . hello' },
  { name: 'chat-private-address', isWrong: true, line: 'kiro-gw chat -f http://127.0.0.1:1/page hello' },
  { name: 'chat-unknown-effort', isWrong: true, line: 'kiro-gw chat --effort enormous hello' },
  { name: 'chat-missing-schema', isWrong: true, line: 'kiro-gw chat --schema none.json hello' },
  {
    name: 'chat-wrong-schema',
    isWrong: true,
    line: 'kiro-gw chat --schema bad.json hello',
    before: ["echo '{' >bad.json"],
  },
  { name: 'chat-no-match', isWrong: true, line: 'kiro-gw chat -f "*.txt" hello' },
  { name: 'chat-output-folder', isWrong: true, line: 'kiro-gw chat -o . hello' },
  { name: 'chat-full-disk', isWrong: true, line: 'kiro-gw chat hello >/dev/full' },
  {
    name: 'chat-broken-history',
    isWrong: true,
    line: 'kiro-gw chat hello',
    before: [
      'mkdir -p .local/share/kiro-gw',
      'echo "A text that is no database." >.local/share/kiro-gw/history.sqlite3',
    ],
  },
  { name: 'chat-unwritable', isWrong: true, line: 'kiro-gw chat -o no/answer.txt hello' },
  { name: 'chat-unknown-conversation', isWrong: true, line: 'kiro-gw chat -c "go on"' },
  {
    name: 'chat-no-credits',
    isWrong: true,
    line: 'kiro-gw chat hello',
    service: emulator =>
      emulator.next({ status: 402, body: { message: 'No credits.', reason: 'MONTHLY_REQUEST_COUNT' } }),
  },
  {
    name: 'chat-too-many',
    isWrong: true,
    line: 'kiro-gw chat hello',
    env: { MAX_RETRIES: '0' },
    service: emulator => emulator.next({ status: 429, body: { message: 'Too many requests.' } }),
  },
  {
    name: 'chat-failed',
    isWrong: true,
    line: 'kiro-gw chat hello',
    env: { MAX_RETRIES: '0' },
    service: emulator => emulator.next({ status: 500, body: { message: 'Something went wrong.' } }),
  },
  {
    name: 'chat-broken-off',
    isWrong: true,
    line: 'kiro-gw chat hello',
    service: emulator => emulator.next(['Half an', { cut: true }]),
  },
  { name: 'chat-too-long', isWrong: true, line: 'yes word | head -c 2000000 | kiro-gw chat' },
  { name: 'chat-wrong-key', isWrong: true, line: 'kiro-gw chat hello', env: { KIRO_API_KEY: 'ksk_0123456789abcdef' } },
  { name: 'chat-no-network', isWrong: true, line: 'kiro-gw chat hello', env: unreachable('http://127.0.0.1:1') },
  { name: 'chat-bad-host', isWrong: true, line: 'kiro-gw chat hello', env: unreachable('https://kiro.invalid') },
  {
    name: 'chat-no-tls',
    isWrong: true,
    line: 'KIRO_RUNTIME_URL=$(echo $KIRO_RUNTIME_URL | sed s/http/https/) kiro-gw chat hello',
    env: { MAX_RETRIES: '0' },
  },
];
