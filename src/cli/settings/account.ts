import { define } from '../setting.ts';
import { oneOf, region, words } from '../values.ts';

/** Which sign-in is used, and for which part of the service. */
export const account = {
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
} as const;
