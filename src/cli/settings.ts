import { define } from './setting.ts';
import { duration, list, oneOf, pairs, type Read, region, webAddress, whole, words, yesNo } from './values.ts';

const second = duration;

/** Every setting there is. Times are read in seconds and held in milliseconds. */
export const table = {
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
  keys: define('server', 'PROXY_API_KEYS', pairs, 'further keys, each with a name for the log: alice=key,bob=key', {
    fallback: '',
    secret: true,
  }),
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
    second,
    'how long running answers may finish after a signal to stop',
    { fallback: '30' },
  ),

  account: define('account', 'KIRO_ACCOUNT', words, 'named account to use', { flag: '--account <name>' }),
  region: define('account', 'KIRO_REGION', region, 'region of the Kiro service, when the sign-in does not say', {
    flag: '--region <region>',
  }),
  profileArn: define('account', 'PROFILE_ARN', words, 'profile to use instead of the one found', {
    flag: '--profile-arn <arn>',
  }),
  refreshToken: define('account', 'REFRESH_TOKEN', words, 'refresh token of a social sign-in', { secret: true }),
  apiKey: define('account', 'KIRO_API_KEY', words, 'Kiro API key (ksk_…)', { secret: true }),
  credsFile: define('account', 'KIRO_CREDS_FILE', words, 'credentials file of the Kiro IDE', {
    flag: '--creds-file <file>',
  }),
  cliDb: define('account', 'KIRO_CLI_DB_FILE', words, 'database of kiro-cli', { flag: '--cli-db <file>' }),
  endpoint: define(
    'account',
    'KIRO_ENDPOINT',
    oneOf('auto', 'runtime', 'q'),
    'which form of the service to speak: auto, runtime or q',
    { fallback: 'auto', flag: '--endpoint <form>' },
  ),

  modelAliases: define('models', 'MODEL_ALIASES', pairs, 'names of your own for models: fast=claude-haiku-4.5,…', {
    fallback: '',
  }),
  hiddenModels: define(
    'models',
    'HIDDEN_MODELS',
    pairs,
    'models that the service accepts without listing them: name=id,…',
    { fallback: 'claude-3.7-sonnet=CLAUDE_3_7_SONNET_20250219_V1_0' },
  ),
  hiddenFromList: define('models', 'HIDDEN_FROM_LIST', list, 'models not to list, though they work', {
    fallback: '',
  }),
  toolDescriptionMaxLength: define(
    'models',
    'TOOL_DESCRIPTION_MAX_LENGTH',
    whole(0),
    'longer tool descriptions move to the system text',
    { fallback: '10000' },
  ),
  mediaAllowPrivate: define('models', 'MEDIA_ALLOW_PRIVATE', yesNo, 'fetch images also from private addresses', {
    fallback: 'false',
  }),
  mediaFetchTimeout: define(
    'models',
    'MEDIA_FETCH_TIMEOUT',
    second,
    'how long fetching one image or document may take',
    {
      fallback: '15',
    },
  ),
  truncationRecovery: define(
    'models',
    'TRUNCATION_RECOVERY',
    yesNo,
    'tell the model when its last tool call was cut for size',
    { fallback: 'true' },
  ),
  fakeReasoning: define(
    'models',
    'FAKE_REASONING',
    yesNo,
    'ask models without thinking of their own to think in tags, also unasked',
    { fallback: 'false' },
  ),
  fakeReasoningMaxTokens: define('models', 'FAKE_REASONING_MAX_TOKENS', whole(1), 'how long such thinking may be', {
    fallback: '4000',
  }),
  fakeReasoningHandling: define(
    'models',
    'FAKE_REASONING_HANDLING',
    oneOf('as_reasoning_content', 'remove', 'pass', 'strip_tags'),
    'what becomes of it: as_reasoning_content, remove, pass or strip_tags',
    { fallback: 'as_reasoning_content' },
  ),

  maxRetries: define('retries', 'MAX_RETRIES', whole(0, 20), 'how often a failed request is sent again', {
    fallback: '3',
  }),
  baseRetryDelay: define(
    'retries',
    'BASE_RETRY_DELAY',
    second,
    'first pause before sending again; it doubles every time',
    { fallback: '1' },
  ),
  firstTokenTimeout: define('retries', 'FIRST_TOKEN_TIMEOUT', second, 'how long to wait for the first token', {
    fallback: '300',
  }),
  firstTokenMaxRetries: define(
    'retries',
    'FIRST_TOKEN_MAX_RETRIES',
    whole(0, 20),
    'how often to ask again when no first token came',
    { fallback: '3' },
  ),
  streamingReadTimeout: define('retries', 'STREAMING_READ_TIMEOUT', second, 'longest silence inside an answer', {
    fallback: '300',
  }),
  deadline: define('retries', 'REQUEST_TIMEOUT', second, 'all attempts together, up to the first token', {
    fallback: '900',
  }),
  maxConcurrent: define(
    'retries',
    'RATE_LIMIT_MAX_CONCURRENT',
    whole(0),
    'answers under way at once; 0 is without limit',
    { fallback: '0' },
  ),
  minInterval: define('retries', 'RATE_LIMIT_MIN_INTERVAL', second, 'shortest time between two requests to Kiro', {
    fallback: '0',
  }),
  rateBackoff: define(
    'retries',
    'RATE_LIMIT_429_BACKOFF',
    second,
    'pause after "too many requests" when the service names none',
    { fallback: '5' },
  ),

  proxy: define('network', 'VPN_PROXY_URL', words, 'proxy to reach Kiro through: http://…, https://… or socks5://…', {
    secret: true,
  }),
  maxConnections: define(
    'network',
    'HTTP_MAX_CONNECTIONS',
    whole(0),
    'connections to Kiro at once; 0 is without limit',
    {
      fallback: '0',
    },
  ),
  keepAlive: define('network', 'HTTP_KEEPALIVE_EXPIRY', second, 'how long an idle connection to Kiro is kept', {
    fallback: '30',
  }),
  connectTimeout: define('network', 'HTTP_CONNECT_TIMEOUT', second, 'how long connecting to Kiro may take', {
    fallback: '10',
  }),
  runtimeUrl: define('network', 'KIRO_RUNTIME_URL', webAddress, 'replaces the address for answers', {}),
  managementUrl: define(
    'network',
    'KIRO_MANAGEMENT_URL',
    webAddress,
    'replaces the address for models, profiles and usage',
    {},
  ),
  oidcUrl: define('network', 'KIRO_OIDC_URL', webAddress, 'replaces the address for AWS sign-ins', {}),
  authUrl: define('network', 'KIRO_AUTH_URL', webAddress, 'replaces the address for social sign-ins', {}),
  idpHosts: define(
    'network',
    'KIRO_IDP_HOSTS',
    list,
    "hosts of organisations' identity providers that may be given tokens, each with all below it",
    { fallback: 'microsoftonline.com,microsoftonline.us,microsoftonline.cn' },
  ),
  userAgent: define('network', 'KIRO_USER_AGENT', words, 'replaces the user agent sent to Kiro', {}),

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

export type Name = keyof typeof table;
export const names = Object.keys(table) as readonly Name[];

type ValueOf<S> = S extends { read: Read<infer T>; fallback: string }
  ? T
  : S extends { read: Read<infer T> }
    ? T | undefined
    : never;

/** The values in force. */
export type Settings = { readonly [N in Name]: ValueOf<(typeof table)[N]> };

/** A setting's name in the configuration file: `maxRetries` is `max-retries` there. */
export const keyOf = (name: Name): string => name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
