import { ChatError, type ErrorKind, toChatError } from '../../core/errors.ts';
import { checkQuota, checkService, checkSignIn, tryAnswer } from './account.ts';
import { checkClients } from './clients.ts';
import { broken, type Check, type Fact, type Patient, withoutAdvice } from './fact.ts';
import { checkGateway } from './gateway.ts';
import { checkDisk, checkFiles } from './machine.ts';
import { checkNetwork } from './network.ts';
import { checkKey, checkProgram, checkSettings } from './program.ts';

/** All checks side by side; their facts in the order of the table. One that fails is a fact, too. */
export async function examine(patient: Patient): Promise<readonly Fact[]> {
  const facts = await Promise.all(
    checks.map(([topic, check]) =>
      Promise.race([check(patient), expiry(patient.signal)]).catch((thrown: unknown) => [failed(topic, thrown)]),
    ),
  );
  const all = facts.flat().filter((fact, at, list) => isFirst(fact, list.slice(0, at)));
  // What the network is to blame for is said once.
  const isCut = all.some(({ state, topic }) => state === 'broken' && topic === 'network');
  return isCut ? all.filter(fact => !unreached.has(fact)) : all;
}

// What fails for one reason in several places is said once.
const isFirst = ({ state, text }: Fact, before: readonly Fact[]): boolean =>
  state !== 'broken' || !before.some(other => other.state === 'broken' && other.text === text);

// The facts that say no more than that the service could not be reached.
const unreached = new WeakSet<Fact>();

/** Never settles before the signal, whatever the network does. */
const expiry = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = (): void => reject(new ChatError('timeout', 'No answer came in time.'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });

function failed(topic: string, thrown: unknown): Fact {
  const { kind, message } = toChatError(thrown);
  const fact = broken(topic, withoutAdvice(message), mends[kind] ?? 'kiro-gw config list');
  if (kind === 'network' || kind === 'timeout') unreached.add(fact);
  return fact;
}

const mends: Partial<Readonly<Record<ErrorKind, string>>> = {
  login: 'kiro-gw login',
  suspended: 'kiro-gw login',
  quota: 'kiro-gw usage',
  // It may pass by itself.
  upstream: 'kiro-gw doctor',
  overloaded: 'kiro-gw doctor',
  rate: 'kiro-gw doctor',
  timeout: 'kiro-gw doctor',
};

const checks: readonly (readonly [topic: string, check: Check])[] = [
  ['program', checkProgram],
  ['settings', checkSettings],
  ['key', checkKey],
  ['files', checkFiles],
  ['disk', checkDisk],
  ['sign-in', checkSignIn],
  ['network', checkNetwork],
  ['service', checkService],
  ['quota', checkQuota],
  ['answer', tryAnswer],
  ['gateway', checkGateway],
  ['clients', checkClients],
];
