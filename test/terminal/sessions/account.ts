import { type Session, stop, unreachable } from '../session.ts';

const key = (name: string) => `echo $A_KEY | kiro-gw login --method api-key --as ${name}`;
const before = [key('home'), key('work')];

/** Who asks: login, accounts, logout. */
export const account: readonly Session[] = [
  { name: 'login', line: 'kiro-gw login', steps: stop(/How do you sign in|API key/) },
  { name: 'login-incomplete', line: 'kiro-gw login --method identity-center --no-browser', steps: stop(/Start URL/) },
  { name: 'login-page', line: 'kiro-gw login --method builder-id --no-browser' },
  { name: 'login-key', line: key('work') },
  { name: 'login-wrong-key', isWrong: true, line: 'echo my-key | kiro-gw login --method api-key' },
  {
    name: 'login-refused-key',
    isWrong: true,
    line: 'echo ksk_0123456789abcdef | kiro-gw login --method api-key',
  },
  {
    name: 'login-wrong-url',
    isWrong: true,
    line: 'kiro-gw login --method identity-center --start-url x --region eu-west-1',
  },
  {
    name: 'login-no-network',
    isWrong: true,
    line: 'kiro-gw login --method builder-id',
    env: unreachable('http://127.0.0.1:1'),
  },
  {
    name: 'login-denied',
    isWrong: true,
    line: 'kiro-gw login --method builder-id --no-browser',
    service: emulator => emulator.polls('access_denied', 'access_denied'),
  },
  {
    name: 'login-expired',
    isWrong: true,
    line: 'kiro-gw login --method builder-id --no-browser',
    service: emulator => emulator.polls('expired_token', 'expired_token'),
  },
  { name: 'login-unknown', isWrong: true, line: 'kiro-gw login --method telepathy' },
  { name: 'login-nobody', isWrong: true, line: 'kiro-gw login --method kiro-cli' },
  { name: 'accounts-none', line: 'kiro-gw accounts list' },
  { name: 'accounts', line: 'kiro-gw accounts list', before },
  {
    name: 'accounts-signed-in',
    line: 'kiro-gw accounts list',
    before: ['kiro-gw login --method builder-id', 'kiro-gw accounts rename builder-id home'],
  },
  { name: 'accounts-nothing', line: 'kiro-gw accounts' },
  { name: 'accounts-use', line: 'kiro-gw accounts use home && kiro-gw accounts use', before },
  { name: 'accounts-rename', line: 'kiro-gw accounts rename work office', before },
  { name: 'accounts-rename-taken', isWrong: true, line: 'kiro-gw accounts rename work home', before },
  { name: 'accounts-remove', line: 'kiro-gw accounts remove work', before },
  { name: 'accounts-unknown', isWrong: true, line: 'kiro-gw accounts use nobody', before },
  { name: 'logout', line: 'kiro-gw logout' },
  { name: 'logout-account', line: 'kiro-gw logout && kiro-gw logout', before },
  { name: 'logout-inactive', isWrong: true, line: 'kiro-gw logout', before: [...before, 'kiro-gw accounts use'] },
  { name: 'logout-unknown', isWrong: true, line: 'kiro-gw logout nobody' },
];
