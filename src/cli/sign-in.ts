import type { FlowOptions } from '../kiro/auth/login/flow.ts';
import type { Credential } from '../kiro/auth/token.ts';
import { UsageError } from './exit.ts';
import { region, ValueError } from './values.ts';

/** The answers that a sign-in needs; each is a flag of `login`, and is asked for on a terminal when it is missing. */
export interface SignInAnswers {
  readonly startUrl?: string | undefined;
  readonly loginRegion?: string | undefined;
  readonly issuerUrl?: string | undefined;
  readonly clientId?: string | undefined;
  readonly scopes?: string | undefined;
  /** For a machine without a browser. */
  readonly device?: boolean | undefined;
  readonly apiKey?: string | undefined;
}

/** One way to sign in. */
export interface Method {
  readonly title: string;
  /** The answers without which it cannot begin, with the question that asks for each. */
  readonly needs: Partial<Record<'startUrl' | 'loginRegion' | 'issuerUrl' | 'clientId' | 'apiKey', string>>;
  signIn(flow: FlowOptions, answers: SignInAnswers): Promise<Credential>;
}

export type MethodName = 'builder-id' | 'identity-center' | 'google' | 'github' | 'idp' | 'api-key';

/** All ways to sign in, the usual ones first. */
export const methods: Readonly<Record<MethodName, Method>> = {
  'builder-id': {
    title: 'AWS Builder ID',
    needs: {},
    signIn: async flow => (await import('../kiro/auth/login/oidc-device.ts')).signInWithAws(flow),
  },
  google: { title: 'Google', needs: {}, signIn: (flow, answers) => signInSocially(flow, 'Google', answers) },
  github: { title: 'GitHub', needs: {}, signIn: (flow, answers) => signInSocially(flow, 'Github', answers) },
  'identity-center': {
    title: 'AWS IAM Identity Center (your organisation)',
    needs: { startUrl: 'Start URL of your organisation', loginRegion: 'Its region' },
    async signIn(flow, { startUrl, loginRegion }) {
      const { signInWithAws } = await import('../kiro/auth/login/oidc-device.ts');
      return signInWithAws(flow, { startUrl, region: loginRegion });
    },
  },
  idp: {
    title: 'External identity provider (your organisation)',
    needs: { issuerUrl: 'Issuer URL', clientId: 'Client id' },
    async signIn(flow, { issuerUrl, clientId, scopes }) {
      const { signInWithIdp } = await import('../kiro/auth/login/external.ts');
      return signInWithIdp(flow, { issuerUrl, clientId, scopes });
    },
  },
  'api-key': {
    title: 'Kiro API key',
    needs: { apiKey: 'API key (ksk_…)' },
    async signIn(_, { apiKey }) {
      const { readApiKey } = await import('../kiro/auth/login/api-key.ts');
      return readApiKey(apiKey ?? '');
    },
  },
};

export const methodNames = Object.keys(methods) as readonly MethodName[];

/** The flags that say what a person was not asked. */
export const answerFlags: Readonly<Record<keyof Method['needs'], string>> = {
  startUrl: '--start-url',
  loginRegion: '--region',
  issuerUrl: '--issuer-url',
  clientId: '--client-id',
  apiKey: 'the key on standard input (echo "$KEY" | kiro-gw login --method api-key)',
};

/** What an answer must be instead; undefined when it may be right. */
export function complaint(need: keyof Method['needs'], answer: string): string | undefined {
  try {
    checks[need](answer.trim());
    return undefined;
  } catch (error) {
    if (error instanceof ValueError) return error.message;
    throw error;
  }
}

const secure =
  (example: string) =>
  (text: string): void => {
    const url = URL.parse(text);
    const isHere = url?.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
    if (url?.protocol !== 'https:' && !isHere) throw new ValueError(`an https address such as ${example}`);
  };

const checks: Readonly<Record<keyof Method['needs'], (text: string) => unknown>> = {
  startUrl: secure('https://your-organisation.awsapps.com/start'),
  loginRegion: region,
  issuerUrl: secure('https://login.microsoftonline.com/your-tenant/v2.0'),
  clientId: () => {},
  apiKey: text => {
    if (!text.startsWith('ksk_')) throw new ValueError('a key that begins with ksk_');
  },
};

/** Throws for a flag that is not as it must be. */
export function checkAnswers(name: MethodName, answers: SignInAnswers): void {
  for (const need of Object.keys(methods[name].needs) as (keyof Method['needs'])[]) {
    const wrong = need === 'apiKey' || !answers[need] ? undefined : complaint(need, answers[need]);
    if (wrong !== undefined) throw new UsageError(`${answerFlags[need]} must be ${wrong} (it is "${answers[need]}").`);
  }
}

/** Throws unless a script has given all that a method needs. */
export function checkComplete(name: MethodName, answers: SignInAnswers): void {
  const missing = (Object.keys(methods[name].needs) as (keyof Method['needs'])[]).filter(need => !answers[need]);
  if (missing.length === 0) return;
  throw new UsageError(`Signing in with ${name} also needs ${missing.map(need => answerFlags[need]).join(' and ')}.`);
}

async function signInSocially(
  flow: FlowOptions,
  provider: 'Google' | 'Github',
  { device }: SignInAnswers,
): Promise<Credential> {
  if (device) return (await import('../kiro/auth/login/social-device.ts')).signInWithCode(flow, provider);
  return (await import('../kiro/auth/login/social-browser.ts')).signInWithBrowser(flow);
}
