import type { Exchange } from '../exchange.ts';
import type { Credential } from '../token.ts';

/** What a person who is signing in has to see. */
export type LoginEvent =
  /** Open this page; where there is a code, the page asks for it or shows it. */
  | { readonly type: 'open'; readonly url: string; readonly code?: string; readonly expiresAt?: number }
  /** The page was visited, or something else is worth a line. */
  | { readonly type: 'note'; readonly text: string };

/** What every way of signing in needs. */
export interface FlowOptions extends Exchange {
  readonly tell: (event: LoginEvent) => void;
  readonly signal: AbortSignal;
  /** Waits so many milliseconds; for tests. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Where social sign-ins begin, instead of the service's own page. */
  readonly portalUrl?: string | undefined;
}

/** A name for a new account. */
export function suggestName({ kind, provider, startUrl }: Credential): string {
  const organisation = startUrl === undefined ? undefined : URL.parse(startUrl)?.hostname.split('.')[0];
  const word = kind === 'social' ? provider : kind === 'oidc' && provider !== 'BuilderId' ? organisation : undefined;
  const name = (word ?? names[kind])
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? names[kind] : name;
}

const names: Readonly<Record<Credential['kind'], string>> = {
  social: 'social',
  oidc: 'builder-id',
  'external-idp': 'organisation',
  'api-key': 'api-key',
};
