import { define } from '../setting.ts';
import { duration, whole } from '../values.ts';

/** How often and how long is waited, and how much is asked at once. */
export const retries = {
  maxRetries: define('retries', 'MAX_RETRIES', whole(0, 20), 'how often a failed request is sent again', {
    fallback: '3',
  }),
  baseRetryDelay: define(
    'retries',
    'BASE_RETRY_DELAY',
    duration,
    'first pause before sending again; it doubles every time',
    { fallback: '1' },
  ),
  firstTokenTimeout: define('retries', 'FIRST_TOKEN_TIMEOUT', duration, 'how long to wait for the first token', {
    fallback: '300',
  }),
  firstTokenMaxRetries: define(
    'retries',
    'FIRST_TOKEN_MAX_RETRIES',
    whole(0, 20),
    'how often to ask again when no first token came',
    { fallback: '3' },
  ),
  streamingReadTimeout: define('retries', 'STREAMING_READ_TIMEOUT', duration, 'longest silence inside an answer', {
    fallback: '300',
  }),
  deadline: define('retries', 'REQUEST_TIMEOUT', duration, 'all attempts together, up to the first token', {
    fallback: '900',
  }),
  maxConcurrent: define(
    'retries',
    'RATE_LIMIT_MAX_CONCURRENT',
    whole(0),
    'answers under way at once; 0 is without limit',
    { fallback: '0' },
  ),
  minInterval: define('retries', 'RATE_LIMIT_MIN_INTERVAL', duration, 'shortest time between two requests to Kiro', {
    fallback: '0',
  }),
  rateBackoff: define(
    'retries',
    'RATE_LIMIT_429_BACKOFF',
    duration,
    'pause after "too many requests" when the service names none',
    { fallback: '5' },
  ),
} as const;
