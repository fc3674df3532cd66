import type { Session } from './session.ts';
import { account } from './sessions/account.ts';
import { chat } from './sessions/chat.ts';
import { gateway } from './sessions/gateway.ts';
import { programs } from './sessions/programs.ts';
import { records } from './sessions/records.ts';
import { settings } from './sessions/settings.ts';

/** All that is recorded, in the order of the help. */
export const sessions: readonly Session[] = [
  { name: 'help', line: 'kiro-gw' },
  { name: 'help-of-command', line: 'kiro-gw help accounts use' },
  { name: 'help-unknown', isWrong: true, line: 'kiro-gw help sevre' },
  { name: 'version', line: 'kiro-gw --version' },
  { name: 'unknown-command', isWrong: true, line: 'kiro-gw sevre' },
  { name: 'other-command', isWrong: true, line: 'kiro-gw start' },
  { name: 'other-option', isWrong: true, line: 'kiro-gw -v' },
  { name: 'unknown-option', isWrong: true, line: 'kiro-gw serve --prot 1' },
  { name: 'unknown-argument', isWrong: true, line: 'kiro-gw status now' },
  { name: 'missing-argument', isWrong: true, line: 'kiro-gw config set port' },
  { name: 'wrong-setting', isWrong: true, line: 'kiro-gw env', env: { SERVER_PORT: 'http' } },
  { name: 'missing-config', isWrong: true, line: 'kiro-gw models --config nowhere.toml' },
  { name: 'plain-terminal', line: 'kiro-gw doctor --port 0', env: { LANG: 'C' }, only: 'terminal' },
  ...gateway,
  ...programs,
  ...chat,
  ...records,
  ...account,
  ...settings,
];
