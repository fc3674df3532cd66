import { define } from '../setting.ts';
import { duration, list, proxyAddress, webAddress, whole, words } from '../values.ts';

/** The way to the service. */
export const network = {
  proxy: define(
    'network',
    'VPN_PROXY_URL',
    proxyAddress,
    'proxy to Kiro and to linked media: http://…, https://… or socks5://…',
    {
      secret: true,
    },
  ),
  maxConnections: define(
    'network',
    'HTTP_MAX_CONNECTIONS',
    whole(0),
    'connections to Kiro at once; 0 is without limit',
    {
      fallback: '0',
    },
  ),
  keepAlive: define('network', 'HTTP_KEEPALIVE_EXPIRY', duration, 'how long an idle connection to Kiro is kept', {
    fallback: '30',
  }),
  connectTimeout: define('network', 'HTTP_CONNECT_TIMEOUT', duration, 'how long connecting to Kiro may take', {
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
} as const;
