import { interrupt, type Session, stop, unreachable } from '../session.ts';

/** The gateway itself: serve, status, stop, service. */
export const gateway: readonly Session[] = [
  { name: 'serve', line: 'kiro-gw serve --port 0', steps: stop(/models .*\d|kiro-gw login|models \d/) },
  { name: 'serve-emulator', line: 'kiro-gw serve --port 0 --emulator', steps: stop(/models .*\d/) },
  {
    name: 'serve-request',
    line: 'kiro-gw serve --port 0',
    only: 'terminal',
    steps: [
      { wait: /models .*\d|kiro-gw login/, type: '' },
      { wait: / (200|401) /, type: interrupt },
    ],
  },
  {
    name: 'serve-background',
    line: 'kiro-gw serve --background --port 0 --emulator && kiro-gw status --port 1 && kiro-gw stop; kiro-gw status --port 1',
  },
  {
    name: 'serve-twice',
    isWrong: true,
    line: `kiro-gw serve --background --port 0 --emulator
  kiro-gw serve --port $(kiro-gw status --json --port 1 | sed -n 's/.*"url": ".*:\\(.*\\)".*/\\1/p'); kiro-gw stop`,
  },
  {
    name: 'serve-killed',
    isWrong: true,
    line: `kiro-gw serve --background --port 0 --emulator
  kill -9 $(kiro-gw status --json --port 1 | sed -n 's/.*"pid": \\(.*\\),/\\1/p'); kiro-gw status --port 1; kiro-gw stop`,
  },
  { name: 'serve-background-fails', isWrong: true, line: 'kiro-gw serve --background --port 0 --tls-cert none.pem' },
  {
    name: 'serve-no-network',
    isWrong: true,
    line: 'kiro-gw serve --port 0',
    env: unreachable('http://127.0.0.1:1'),
    steps: stop(/models +\d|kiro-gw login/),
  },
  { name: 'serve-exposed', isWrong: true, line: 'kiro-gw serve --host 0.0.0.0', env: { PROXY_API_KEY: 'short' } },
  { name: 'serve-tls', isWrong: true, line: 'kiro-gw serve --port 0 --tls-cert none.pem --tls-key none.pem' },
  { name: 'serve-tls-half', isWrong: true, line: 'kiro-gw serve --port 0 --tls-cert none.pem' },
  { name: 'serve-keys', isWrong: true, line: 'kiro-gw serve --port 0 --keys-file none.txt' },
  { name: 'status', line: 'kiro-gw status --port 1' },
  { name: 'stop', line: 'kiro-gw stop --port 1' },
  { name: 'service', line: 'kiro-gw service install --print' },
  { name: 'service-uninstall', isWrong: true, line: 'kiro-gw service uninstall' },
  { name: 'service-unknown', isWrong: true, line: 'kiro-gw service start' },
];
