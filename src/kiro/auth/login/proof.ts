import { createHash, randomBytes } from 'node:crypto';

/** What proves that a code came back to whoever asked for it (RFC 7636, S256). */
export interface Proof {
  readonly state: string;
  readonly verifier: string;
  readonly challenge: string;
}

/** A new one, for one sign-in. */
export function createProof(): Proof {
  const verifier = randomBytes(48).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return { state: randomBytes(24).toString('base64url'), verifier, challenge };
}
