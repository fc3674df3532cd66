import type { Emulator } from '../../../../src/emulator/emulator.ts';
import { arn, inMinutes, type TestMachine } from './machine.ts';

/** Puts sign-ins where the programs keep them, so that a test says only what matters to it. */
export function createSignInsOn(machine: TestMachine) {
  const social = (minutes: number, name: string) => ({
    accessToken: `access-of-${name}`,
    refreshToken: `refresh-of-${name}`,
    expiresAt: inMinutes(minutes),
    authMethod: 'social',
    provider: 'Google',
    profileArn: arn,
  });
  return {
    idePath: machine.at('.aws', 'sso', 'cache', 'kiro-auth-token.json'),
    cliPath: machine.at('.local', 'share', 'kiro-cli', 'data.sqlite3'),
    social,
    ide(minutes: number, more: object = {}): string {
      return machine.json(this.idePath, { ...social(minutes, 'ide'), ...more });
    },
    /** An IDE sign-in that only a renewal makes usable. */
    expiredIde(emulator: Emulator, more: object = {}) {
      const { accessToken, refreshToken } = emulator.credentials.social({ lifetime: 0 });
      this.ide(-60, { accessToken, refreshToken, ...more });
      return { accessToken, refreshToken };
    },
    cli(minutes: number, more: object = {}): string {
      const { accessToken, refreshToken, expiresAt } = social(minutes, 'cli');
      const token = { access_token: accessToken, refresh_token: refreshToken, expires_at: expiresAt, profile_arn: arn };
      return machine.sqlite(this.cliPath, { 'kirocli:social:token': { ...token, ...more } });
    },
    amazonQ(minutes: number): string {
      const { accessToken, refreshToken, expiresAt } = social(minutes, 'q');
      return machine.sqlite(machine.at('.local', 'share', 'amazon-q', 'data.sqlite3'), {
        'codewhisperer:odic:token': {
          access_token: accessToken,
          refresh_token: refreshToken,
          expires_at: expiresAt,
          profile_arn: arn,
        },
      });
    },
  };
}
