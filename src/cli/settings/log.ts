import { define } from '../setting.ts';
import { oneOf, whole, words } from '../values.ts';

/** What is logged, and what is kept of requests. */
export const log = {
  logLevel: define(
    'log',
    'LOG_LEVEL',
    oneOf('debug', 'info', 'warn', 'error', 'silent'),
    'how much to log: debug, info, warn, error or silent',
    { fallback: 'info', flag: '--log-level <level>' },
  ),
  logFormat: define('log', 'LOG_FORMAT', oneOf('auto', 'text', 'json'), 'text or json; auto is text on a terminal', {
    fallback: 'auto',
    flag: '--log-format <format>',
  }),
  debugMode: define(
    'server',
    'DEBUG_MODE',
    oneOf('off', 'errors', 'all'),
    'which requests to keep on disk, for kiro-gw replay: off, errors or all',
    { fallback: 'off', flag: '--debug-mode <mode>' },
  ),
  debugDir: define(
    'server',
    'DEBUG_DIR',
    words,
    'where to keep them, one folder each; a folder of its own when unset',
    {
      flag: '--debug-dir <folder>',
    },
  ),
  debugKeep: define('server', 'DEBUG_KEEP', whole(1, 10_000), 'how many of them to keep', { fallback: '100' }),
  debugMaxMb: define('server', 'DEBUG_MAX_MB', whole(1), 'how much disk they may take, in megabytes', {
    fallback: '200',
  }),
} as const;
