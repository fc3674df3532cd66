import { describe, expect, it } from 'vitest';
import { startRig } from './support/kiro.ts';

const arn = (id: string): string => `arn:aws:codewhisperer:us-east-1:123456789012:profile/${id}`;

describe('the profiles of a sign-in', () => {
  it('are read from every page, with their names and states', async () => {
    const { auth, connection, emulator } = await startRig({
      emulator: {
        pageSize: 2,
        profiles: [
          { arn: arn('A'), profileName: 'One', status: 'INACTIVE' },
          { arn: arn('B'), profileName: 'Two', status: 'ACTIVE' },
          { arn: arn('C'), profileName: 'Three', status: 'ACTIVE' },
        ],
      },
    });
    const login = await auth.login();
    expect(await connection.listProfiles(login, 'us-east-1')).toEqual([
      { arn: arn('A'), name: 'One', active: false },
      { arn: arn('B'), name: 'Two', active: true },
      { arn: arn('C'), name: 'Three', active: true },
    ]);
    expect(emulator.violations).toEqual([]);
  });

  it('survive bad entries', async () => {
    const { auth, connection, emulator } = await startRig();
    const login = await auth.login();
    const profiles = [null, { arn: 7 }, 'x', { arn: arn('D') }];
    emulator.nextFor('ListAvailableProfiles', { status: 200, body: { profiles } });
    expect(await connection.listProfiles(login, 'us-east-1')).toEqual([{ arn: arn('D'), active: true }]);
  });

  it('are refused in words', async () => {
    const { auth, connection, emulator } = await startRig();
    const login = await auth.login();
    emulator.nextFor('ListAvailableProfiles', { status: 403, body: { message: 'No.' } }, { status: 200, body: 'text' });
    await expect(connection.listProfiles(login, 'us-east-1')).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(connection.listProfiles(login, 'us-east-1')).rejects.toMatchObject({ kind: 'upstream' });
  });
});
