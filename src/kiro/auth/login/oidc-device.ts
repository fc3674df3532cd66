import { ChatError } from '../../../core/errors.ts';
import { checkRegion } from '../../region.ts';
import { exchange, oidcAddress, type Reply, readRenewed, toExchangeError } from '../exchange.ts';
import { readText } from '../sources/record.ts';
import { builderIdUrl, type Client, type Credential, type Renewed } from '../token.ts';
import type { FlowOptions } from './flow.ts';
import { type Polled, pollSignIn } from './poll.ts';

/** Where to sign in with AWS. */
export interface Organisation {
  /** The organisation's start page; Builder ID when missing. */
  readonly startUrl?: string | undefined;
  /** The region of its IAM Identity Center. */
  readonly region?: string | undefined;
}

/** Signs in with AWS Builder ID or IAM Identity Center by a code that the user confirms in any browser. */
export async function signInWithAws(flow: FlowOptions, organisation: Organisation = {}): Promise<Credential> {
  const startUrl = checkStartUrl(organisation.startUrl ?? builderIdUrl);
  const region = checkRegion(organisation.region ?? 'us-east-1', 'The region of the sign-in');
  const address = oidcAddress(flow, region);
  const client = await register(flow, address, startUrl);
  const identity = { clientId: client.id, clientSecret: client.secret };

  const device = await post(flow, `${address}/device_authorization`, { ...identity, startUrl });
  const deviceCode = need(device, 'deviceCode', address);
  const page = need(device, 'verificationUri', address);
  const url = readText(device.data['verificationUriComplete']) ?? page;
  const expiresAt = flow.now() + seconds(device.data['expiresIn'], 600);
  flow.tell({ type: 'open', url: checkPage(url), code: need(device, 'userCode', address), expiresAt });

  const question = { ...identity, grantType: 'urn:ietf:params:oauth:grant-type:device_code', deviceCode };
  const interval = seconds(device.data['interval'], 5);
  const renewed = await pollSignIn<Renewed>({ flow, interval, expiresAt }, async () => {
    const reply = await exchange(flow, `${address}/token`, { json: question }, flow.signal);
    const tokens = reply.status < 300 ? readRenewed(reply.data, flow.now()) : undefined;
    if (tokens !== undefined) return { done: tokens };
    const outcome = outcomes[reply.code ?? ''];
    if (outcome !== undefined) return outcome;
    throw toExchangeError(reply, address, `AWS refused the sign-in (${reply.code}). Run kiro-gw login again.`);
  });
  const provider = startUrl.replace(/\/+$/, '') === builderIdUrl ? 'BuilderId' : 'Enterprise';
  return { kind: 'oidc', ...renewed, provider, region, startUrl, client };
}

async function register(flow: FlowOptions, address: string, issuerUrl: string): Promise<Client> {
  const reply = await post(flow, `${address}/client/register`, {
    clientName: 'kiro-gw',
    clientType: 'public',
    scopes,
    grantTypes: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    issuerUrl,
  });
  return { id: need(reply, 'clientId', address), secret: need(reply, 'clientSecret', address) };
}

async function post(flow: FlowOptions, url: string, json: object): Promise<Reply> {
  const reply = await exchange(flow, url, { json }, flow.signal);
  if (reply.status < 300) return reply;
  const advice = 'Check the start URL and the region.';
  throw toExchangeError(reply, url, `AWS refused to begin the sign-in (${reply.code}). ${advice}`);
}

function need({ data, status }: Reply, member: string, url: string): string {
  const text = readText(data[member]);
  if (text !== undefined) return text;
  throw new ChatError('upstream', `${new URL(url).host} answered ${status} without ${member}. Try again in a minute.`);
}

function checkStartUrl(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return text;
  const form = 'https://your-organisation.awsapps.com/start';
  throw new ChatError('invalid', `The start URL must be an https address such as ${form}.`, { param: 'start-url' });
}

/** The address of a page, if a browser may be sent there. */
export function checkPage(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url.href;
  throw new ChatError('upstream', 'The service named a sign-in page that is no web address.');
}

// Milliseconds from the seconds that a service names.
function seconds(value: unknown, usual: number): number {
  const number = Number(value ?? usual);
  return (Number.isFinite(number) && number >= 0 ? number : usual) * 1000;
}

const scopes = ['codewhisperer:completions', 'codewhisperer:analysis', 'codewhisperer:conversations'];

const outcomes: Readonly<Record<string, Polled<Renewed>>> = {
  authorization_pending: 'pending',
  AuthorizationPendingException: 'pending',
  slow_down: 'slower',
  SlowDownException: 'slower',
  expired_token: 'expired',
  ExpiredTokenException: 'expired',
  access_denied: 'denied',
  AccessDeniedException: 'denied',
};
