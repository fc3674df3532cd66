import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Emulator } from '../../src/emulator/emulator.ts';

export interface IdeOptions {
  /** The file of its sign-in. */
  readonly path: string;
  readonly emulator: Emulator;
  /** Milliseconds that an access token lives. */
  readonly lifetime: number;
}

/** The Kiro IDE as far as its sign-in goes. */
export interface Ide {
  /** Signs in anew. */
  signIn(): void;
  /** Renews a token that is young, long before a gateway would; true when it did. */
  renewEarly(): Promise<boolean>;
  /** Does what the IDE does, until told to stop; says how often. */
  live(until: () => boolean): Promise<{ readonly anew: number; readonly renewed: number }>;
}

const profileArn = 'arn:aws:codewhisperer:us-east-1:123456789012:profile/EMULATOR0001';

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export function createIde({ path, emulator, lifetime }: IdeOptions): Ide {
  const store = ({ accessToken, refreshToken }: Tokens, expiresAt: number): void => {
    mkdirSync(dirname(path), { recursive: true });
    const times = { expiresAt: new Date(expiresAt).toISOString() };
    const who = { authMethod: 'social', profileArn: profileArn };
    writeFileSync(`${path}.new`, JSON.stringify({ accessToken, refreshToken, ...times, ...who }));
    renameSync(`${path}.new`, path);
  };
  const signIn = (): void => {
    const login = emulator.credentials.social();
    store(login, login.expiresAt);
  };
  const renewEarly = async (): Promise<boolean> => {
    const { refreshToken, expiresAt } = JSON.parse(readFileSync(path, 'utf8')) as Tokens & { expiresAt: string };
    if (Date.parse(expiresAt) - Date.now() < lifetime * 0.75) return false;
    const response = await fetch(`${emulator.url}/refreshToken`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken }),
    });
    const { expiresIn, ...tokens } = (await response.json()) as Tokens & { expiresIn: number };
    store(tokens, Date.now() + expiresIn * 1000);
    return true;
  };
  return {
    signIn,
    renewEarly,
    async live(until) {
      const times = { anew: 0, renewed: 0 };
      while (!until()) {
        signIn();
        times.anew += 1;
        for (let round = 0; round < 3; round += 1) {
          await sleep(lifetime * (0.03 + Math.random() * 0.07));
          if (await renewEarly()) times.renewed += 1;
        }
        // It sleeps so long that a gateway has to renew.
        await sleep(lifetime * 1.2);
      }
      return times;
    },
  };
}
