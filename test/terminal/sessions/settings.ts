import { type Session, unreachable } from '../session.ts';

// One request that is kept on disk, of which there is one folder then.
const capture = [
  'kiro-gw serve --background --port 0 --emulator --debug-mode all --debug-dir kept',
  `url=$(kiro-gw status --json --port 1 | sed -n 's/.*"url": "\\(.*\\)".*/\\1/p')
  curl -s -o answer "$url/v1/chat/completions" -H "authorization: Bearer $(kiro-gw key)" \\
    -d '{"model":"auto","messages":[{"role":"user","content":"Hello!"}]}'`,
  'kiro-gw stop',
];

/** Settings and problems: doctor, config, replay, completion, man. */
export const settings: readonly Session[] = [
  { name: 'doctor', line: 'kiro-gw doctor --port 0' },
  { name: 'doctor-report', line: 'kiro-gw doctor --port 0 --report' },
  { name: 'doctor-live', line: 'kiro-gw doctor --port 0 --live | grep answer' },
  {
    name: 'doctor-no-network',
    isWrong: true,
    line: 'kiro-gw doctor --port 0',
    env: unreachable('http://127.0.0.1:1'),
  },
  { name: 'config-list', line: 'kiro-gw config list' },
  { name: 'config-get', line: 'kiro-gw config get port' },
  { name: 'config-set', line: 'kiro-gw config set port 9000 && kiro-gw config get port' },
  { name: 'config-set-behind', isWrong: true, line: 'kiro-gw config set port 9000', env: { SERVER_PORT: '7000' } },
  { name: 'config-unset', line: 'kiro-gw config unset port', before: ['kiro-gw config set port 9000'] },
  { name: 'config-unset-nothing', isWrong: true, line: 'kiro-gw config unset port' },
  { name: 'config-path', line: 'kiro-gw config path' },
  { name: 'config-edit', line: 'kiro-gw config edit | head -12', env: { EDITOR: 'cat' } },
  { name: 'config-edit-nowhere', line: 'kiro-gw config edit', only: 'pipe' },
  { name: 'config-edit-no-editor', isWrong: true, line: 'kiro-gw config edit', env: { EDITOR: 'no-such-editor' } },
  { name: 'config-nothing', line: 'kiro-gw config' },
  { name: 'config-unknown', isWrong: true, line: 'kiro-gw config set prot 1' },
  { name: 'config-wrong', isWrong: true, line: 'kiro-gw config set port http' },
  {
    name: 'config-broken',
    isWrong: true,
    line: 'kiro-gw models',
    before: ["echo 'port = ' > .config/kiro-gw/config.toml"],
  },
  {
    name: 'config-broken-json',
    isWrong: true,
    line: 'kiro-gw models',
    before: ['echo \'{"port": 1,}\' > .config/kiro-gw/config.json'],
  },
  {
    name: 'config-foreign',
    isWrong: true,
    line: 'kiro-gw models',
    before: ["echo 'prot = 1' > .config/kiro-gw/config.toml"],
  },
  { name: 'replay', line: 'kiro-gw replay kept/*', before: capture },
  {
    name: 'replay-other',
    isWrong: true,
    line: 'kiro-gw replay .',
    before: ['mkdir -p kept/20260101T000000000Z-a-0123abcd'],
    env: { DEBUG_DIR: 'kept' },
  },
  { name: 'replay-nothing', isWrong: true, line: 'kiro-gw replay nowhere' },
  { name: 'completion', line: 'kiro-gw completion fish' },
  { name: 'completion-bash', line: 'kiro-gw completion' },
  { name: 'completion-zsh', line: 'kiro-gw completion', env: { SHELL: '/bin/zsh' } },
  { name: 'completion-powershell', line: 'kiro-gw completion powershell' },
  { name: 'completion-unknown', isWrong: true, line: 'kiro-gw completion tcsh' },
  { name: 'completion-none', isWrong: true, line: 'kiro-gw completion', env: { NU_VERSION: '1' } },
  { name: 'man', line: 'kiro-gw man | head -30' },
];
