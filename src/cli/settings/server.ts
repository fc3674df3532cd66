import { define } from '../setting.ts';
import { duration, list, pairs, whole, words } from '../values.ts';

/** Where the gateway listens, who may use it, and how. */
export const server = {
  host: define('server', 'SERVER_HOST', words, 'address to listen on', {
    fallback: '127.0.0.1',
    flag: '--host <address>',
  }),
  port: define('server', 'SERVER_PORT', whole(0, 65_535), 'port to listen on; 0 takes a free one', {
    fallback: '8000',
    flag: '-p, --port <number>',
  }),
  key: define('server', 'PROXY_API_KEY', words, 'key that clients must send; made and kept at first start when unset', {
    secret: true,
  }),
  keys: define(
    'server',
    'PROXY_API_KEYS',
    pairs('alice=key,bob=key'),
    'further keys, each with a name for the log: alice=key,bob=key',
    {
      fallback: '',
      secret: true,
    },
  ),
  keysFile: define('server', 'PROXY_API_KEYS_FILE', words, 'file with further keys, one name=key on each line', {
    flag: '--keys-file <file>',
  }),
  allowedHosts: define('server', 'ALLOWED_HOSTS', list, 'host names under which the gateway is reached; * allows all', {
    fallback: '',
  }),
  corsOrigins: define('server', 'CORS_ORIGINS', list, 'web origins whose pages may use it; * allows all', {
    fallback: '',
  }),
  tlsCert: define('server', 'TLS_CERT', words, 'certificate chain (PEM file) to serve HTTPS', {
    flag: '--tls-cert <file>',
  }),
  tlsKey: define('server', 'TLS_KEY', words, 'its key (PEM file)', { flag: '--tls-key <file>' }),
  maxBody: define('server', 'MAX_BODY_MB', whole(1, 1024), 'largest request body, in megabytes', { fallback: '32' }),
  shutdownTimeout: define(
    'server',
    'SHUTDOWN_TIMEOUT',
    duration,
    'how long running answers may finish after a signal to stop',
    { fallback: '30' },
  ),
} as const;
