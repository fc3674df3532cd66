import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ChatError } from '../../core/errors.ts';
import { authAddress, oidcAddress } from '../../kiro/auth/exchange.ts';
import { addressOf } from '../../kiro/endpoints.ts';
import { toNetworkError } from '../../kiro/network.ts';
import { chooseProxies, proxyFor } from '../../kiro/proxies.ts';
import { proxiesOf } from '../connection.ts';
import { shortTime } from '../print.ts';
import { keyOf, type Name, table } from '../settings.ts';
import { detectShell, writeVariables } from '../shells.ts';
import { broken, type Check, type Fact, fine, notable, type Patient, withoutAdvice } from './fact.ts';

/** The way to every host that is needed, step by step, and what time it is there. */
export const checkNetwork: Check = async patient => {
  const { resolved, world } = patient;
  const proxies = chooseProxies(proxiesOf(resolved.settings, world.env));
  const probes = await Promise.all(
    (await hostsOf(patient)).map(url => {
      const proxy = proxyFor(url, proxies);
      return proxy === undefined ? reach(url, patient) : reachThrough(url, proxy, patient);
    }),
  );
  const ahead = probes.find(({ ahead }) => ahead !== undefined)?.ahead;
  return [...probes.map(({ fact }) => fact), ...(ahead === undefined ? [] : [judgeClock(ahead, world.platform)])];
};

interface Probe {
  readonly fact: Fact;
  /** Milliseconds by which our clock is ahead of the host's. */
  readonly ahead?: number;
}

async function hostsOf({ resolved: { settings }, gateway, line }: Patient): Promise<readonly URL[]> {
  const { used } = await gateway.auth.describe();
  const region = used?.apiRegion ?? settings.region ?? 'us-east-1';
  const form = settings.endpoint === 'q' ? 'q' : 'runtime';
  const service = (['GenerateAssistantResponse', 'ListAvailableModels'] as const).map(
    operation => addressOf(form, operation, region, {}, { ...settings, endpoint: form }).url,
  );
  const renewal = {
    social: [authAddress(line.exchange)],
    oidc: [oidcAddress(line.exchange, used?.loginRegion ?? region)],
    'external-idp': [],
    'api-key': [],
  }[used?.kind ?? 'social'];
  return [...new Set([...service, ...renewal].map(address => new URL(address).origin))].map(origin => new URL(origin));
}

async function reach(url: URL, patient: Patient): Promise<Probe> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const steps: string[] = [];
  const timed = async <T>(name: string, work: Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await within(work, name, host);
    steps.push(`${name} ${shortTime(performance.now() - startedAt)}`);
    return result;
  };
  try {
    const address = isIP(host) ? host : (await timed('DNS', lookup(host))).address;
    await timed(
      'connect',
      open(signal => connect({ host: address, port, signal })),
    );
    if (url.protocol === 'https:') {
      await timed(
        'TLS',
        open(signal =>
          connectTls({ host: address, port, ...(isIP(host) ? {} : { servername: host }), signal } as object),
        ),
      );
    }
    const { ahead, time } = await within(knock(url, patient), 'answer', url.host);
    return { fact: fine('network', `${url.host}: ${[...steps, `answer ${time}`].join(', ')}`), ahead };
  } catch (thrown) {
    return { fact: failure(url, thrown, steps, mendAddress(url, patient)) };
  }
}

async function reachThrough(url: URL, proxy: string, patient: Patient): Promise<Probe> {
  // Only its host: the rest may hold a password.
  const place = new URL(proxy).host;
  try {
    const { ahead, time } = await within(knock(url, patient), 'answer', url.host);
    return { fact: fine('network', `${url.host}: answer ${time}, through the proxy ${place}`), ahead };
  } catch (thrown) {
    return { fact: failure(url, thrown, [`proxy ${place}`], mendSetting('proxy', patient)) };
  }
}

function failure(url: URL, thrown: unknown, steps: readonly string[], mend: string | undefined): Fact {
  const { message } = toNetworkError(thrown, url.host);
  const way = steps.length === 0 ? '' : ` (${steps.join(', ')})`;
  return broken('network', `${withoutAdvice(message)}${way}`, mend ?? 'kiro-gw config list');
}

/** Takes away the setting that put this address in the place of the service's own. */
function mendAddress({ origin }: URL, patient: Patient): string | undefined {
  const { settings } = patient.resolved;
  const replaced = (['runtimeUrl', 'managementUrl', 'oidcUrl', 'authUrl'] as const).find(name => {
    const address = settings[name];
    return address !== undefined && new URL(address).origin === origin;
  });
  return replaced === undefined ? undefined : mendSetting(replaced, patient);
}

function mendSetting(name: Name, { resolved: { origins }, world }: Patient): string | undefined {
  const { kind } = origins[name];
  if (kind === 'file') return `kiro-gw config unset ${keyOf(name)}`;
  return kind === 'environment'
    ? writeVariables(detectShell(world), { [table[name].env]: '' }, true).trim()
    : undefined;
}

/** Any answer will do: only its time and its date are of interest. */
async function knock(url: URL, { line, world, signal }: Patient): Promise<{ ahead: number; time: string }> {
  const startedAt = performance.now();
  const response = await line.transport.send({
    method: 'GET',
    url: `${url.origin}/`,
    headers: { accept: '*/*' },
    signal,
    headersTimeout: stepTime,
    bodyTimeout: stepTime,
  });
  const time = performance.now() - startedAt;
  await response.text().catch(() => '');
  const there = Date.parse(response.header('date') ?? '');
  return { ahead: Number.isNaN(there) ? 0 : world.now() - there - time / 2, time: shortTime(time) };
}

interface Opening {
  once(event: string, listener: (error: Error) => void): unknown;
  destroy(): unknown;
}

function open(start: (signal: AbortSignal) => Opening): Promise<void> {
  return new Promise((resolve, reject) => {
    // Who waits is told before.
    const socket = start(AbortSignal.timeout(2 * stepTime));
    const done = (): void => {
      socket.destroy();
      resolve();
    };
    const event = 'encrypted' in socket ? 'secureConnect' : 'connect';
    socket.once(event, done);
    socket.once('error', reject);
  });
}

/** Some steps cannot be stopped; nobody waits for them. */
async function within<T>(work: Promise<T>, step: string, host: string): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    const look = `Check the internet connection, the ${step === 'DNS' ? 'DNS server' : 'firewall'} and the proxy settings.`;
    const end = (): void => reject(new ChatError('timeout', `${host}: no ${step} in ${shortTime(stepTime)}. ${look}`));
    setTimeout(end, stepTime).unref();
  });
  return Promise.race([work, late]);
}

function judgeClock(ahead: number, platform: string): Fact {
  const off = Math.abs(ahead);
  if (off < tolerance) return fine('clock', 'agrees with the service');
  const text = `is ${shortTime(off)} ${ahead > 0 ? 'ahead of' : 'behind'} the service`;
  return notable(
    'clock',
    `${text}: tokens seem to live ${ahead > 0 ? 'shorter' : 'longer'} than they do`,
    setClock(platform),
  );
}

function setClock(platform: string): string {
  if (platform === 'win32') return 'w32tm /resync';
  return platform === 'darwin' ? 'sudo sntp -sS time.apple.com' : 'sudo timedatectl set-ntp true';
}

/** Milliseconds for one step of the way to a host. */
const stepTime = 2500;
/** Milliseconds that clocks may differ. */
const tolerance = 30_000;
