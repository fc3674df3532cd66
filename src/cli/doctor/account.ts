import { ChatError } from '../../core/errors.ts';
import type { AccountInfo, FoundAccount } from '../../kiro/auth/describe.ts';
import type { Gateway } from '../gateway.ts';
import { shortTime } from '../print.ts';
import type { ResolvedSettings } from '../sources.ts';
import { broken, type Check, type Fact, fine, notable } from './fact.ts';

/** All sign-ins that were found, which one is used and why, and whether it can be renewed. */
export const checkSignIn: Check = async ({ gateway, world, resolved }) => {
  const info = await gateway.auth.describe();
  const found = info.found.map(account => describe(account, world.now()));
  if (info.used === undefined) return [...found, broken('sign-in', info.problem ?? 'none found', 'kiro-gw login')];
  return [...found, ...verdict(info, info.used, resolved)];
};

/** Whether the service takes the sign-in and lists its models. */
export const checkService: Check = async ({ gateway, world }) => {
  if (!(await isSignedIn(gateway))) return [];
  const startedAt = world.now();
  const { models, source } = await gateway.kiro.modelList(true);
  const time = shortTime(world.now() - startedAt);
  if (source === 'live') return [fine('service', `takes the sign-in and lists ${models.length} models, in ${time}`)];
  await gateway.kiro.ready();
  return [broken('service', 'does not list its models', 'kiro-gw models --refresh')];
};

/** What is left of the plan. */
export const checkQuota: Check = async ({ gateway, signal }) => {
  if (!(await isSignedIn(gateway))) return [];
  const { used, limit, unit, plan, overage, resetsAt } = await gateway.kiro.usage(signal);
  const resets = resetsAt === undefined ? '' : `, resets on ${new Date(resetsAt).toISOString().slice(0, 10)}`;
  const text = `${round(used)} of ${round(limit)} ${unit} used${plan === undefined ? '' : ` (${plan})`}${resets}`;
  const isOver = limit > 0 && used >= limit && overage?.enabled !== true;
  return [isOver ? notable('quota', text, 'kiro-gw usage') : fine('quota', text)];
};

/** With `--live`: whether a model answers. */
export const tryAnswer: Check = async ({ gateway, world, isLive, signal }) => {
  if (!isLive || !(await isSignedIn(gateway))) return [];
  const models = await gateway.kiro.models();
  const cheapest = models.toSorted((one, other) => (one.rate ?? 1) - (other.rate ?? 1))[0]?.id ?? 'auto';
  const startedAt = world.now();
  const { events } = await gateway.kiro.ask(
    {
      model: cheapest,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Answer with the word OK.' }] }],
      tools: [],
      toolChoice: { type: 'auto' },
      parallelTools: true,
      stop: [],
      maxTokens: 16,
    },
    signal,
  );
  const first = shortTime(world.now() - startedAt);
  for await (const batch of events) {
    const last = batch.at(-1);
    if (last?.type !== 'finish') continue;
    const { credits } = last.result.usage;
    const price = credits === undefined ? '' : `, for ${Number(credits.toPrecision(2))} credits`;
    return [
      fine(
        'answer',
        `${cheapest} answers: first token in ${first}, all in ${shortTime(world.now() - startedAt)}${price}`,
      ),
    ];
  }
  throw new ChatError('upstream', 'The answer ended before it was complete.');
};

// Without a sign-in there is one thing to mend, and saying it once is enough.
const isSignedIn = async ({ auth }: Gateway): Promise<boolean> => (await auth.describe()).used !== undefined;

function describe(account: FoundAccount, now: number): Fact {
  const { name, path, kind, provider, email, expiresAt, problem, isLive, isRenewable, isUsed } = account;
  const life = expiresAt === undefined ? '' : isLive ? `token lives ${shortTime(expiresAt - now)}` : 'token expired';
  const renewal = isRenewable ? 'renews itself' : kind === 'api-key' ? '' : 'cannot be renewed';
  const who = [provider ?? kind, email, life, renewal].filter(Boolean).join(', ');
  const place = path === undefined ? name : `${name} (${path})`;
  const text = `${place}: ${problem ?? who}${isUsed ? ' — in use' : ''}`;
  return problem === undefined && (isLive || isRenewable)
    ? fine('sign-in', text)
    : notable('sign-in', text, 'kiro-gw login');
}

function verdict({ why, problem }: AccountInfo, used: FoundAccount, { origins }: ResolvedSettings): readonly Fact[] {
  const { apiRegion, profileArn, isWritable, isRenewable, path } = used;
  const from = (name: 'region' | 'profileArn', otherwise: string): string =>
    origins[name].kind === 'default' ? otherwise : origins[name].from;
  const region = apiRegion === undefined ? [] : [`region ${apiRegion} (from ${from('region', 'the sign-in')})`];
  const profile = profileArn === undefined ? [] : [`profile ${profileArn} (from ${from('profileArn', 'the sign-in')})`];
  return [
    fine('sign-in', [why ?? 'in use', ...region, ...profile].join(', ')),
    ...(problem === undefined ? [] : [broken('sign-in', problem, 'kiro-gw config list')]),
    ...(isRenewable && !isWritable && path !== undefined
      ? [notable('sign-in', `a renewed token cannot be kept: ${path} is read-only`, `chmod u+w ${path}`)]
      : []),
  ];
}

const round = (value: number): number => Math.round(value * 100) / 100;
