import { ChatError } from '../core/errors.ts';

/** The regions that serve the API, in the order in which profiles are looked for. */
export const dataRegions: readonly string[] = ['us-east-1', 'eu-central-1'];

/** Whether a text may go into a host name as a region. */
export function isRegion(text: string): boolean {
  return regionPattern.test(text);
}

/** The region, when it is one; otherwise a `ChatError` that names where it came from. */
export function checkRegion(region: string, from: string): string {
  if (isRegion(region)) return region;
  throw new ChatError('login', `${from} is not an AWS region such as us-east-1. Correct it or leave it out.`);
}

/** The region in a profile ARN; undefined when the text is no profile ARN. */
export function arnRegion(arn: string): string | undefined {
  const region = arnPattern.exec(arn)?.[1];
  return region !== undefined && isRegion(region) ? region : undefined;
}

/** The ARN, when it is one of a profile; otherwise a `ChatError` that names where it came from. */
export function checkArn(arn: string, from: string): string {
  if (arnRegion(arn) !== undefined) return arn;
  const form = 'arn:aws:codewhisperer:<region>:<12 digits>:profile/<id>';
  throw new ChatError('login', `${from} is not a Kiro profile ARN (${form}). Correct it or leave it out.`);
}

/** The region of the API: the profile's, else the chosen one, else the one that serves the login's region. */
export function apiRegion(from: {
  readonly profileArn?: string | undefined;
  readonly chosen?: string | undefined;
  readonly login?: string | undefined;
}): string {
  const ofProfile = from.profileArn === undefined ? undefined : arnRegion(from.profileArn);
  return ofProfile ?? from.chosen ?? (from.login?.startsWith('eu-') ? 'eu-central-1' : 'us-east-1');
}

const regionPattern = /^[a-z]{2}(-gov)?-[a-z]+-\d$/;
const arnPattern = /^arn:aws(?:-[a-z-]{1,16})?:codewhisperer:([^:]+):\d{12}:profile\/[A-Za-z0-9]{1,64}$/;
