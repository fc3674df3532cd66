import { describe, expect, it } from 'vitest';
import { useEmulator } from '../../support/emulator.ts';
import { arn } from './support/machine.ts';
import { useMachine } from './support/use-machine.ts';

const emulator = useEmulator();
const { machine, signIns } = useMachine(emulator);

describe('the sign-in of a running program', () => {
  it('is a living token as it was found, and nobody is asked', async () => {
    signIns.ide(60);
    const login = await machine.auth().login();
    expect(login).toMatchObject({ accessToken: 'access-of-ide', profileArn: arn, region: 'us-east-1' });
    expect(login.tokenType).toBeUndefined();
    expect(emulator.requests).toEqual([]);
    expect(machine.lines).toEqual([]);
  });

  it('reads nothing before it is asked', async () => {
    const auth = machine.auth();
    signIns.ide(60);
    expect((await auth.login()).accessToken).toBe('access-of-ide');
  });

  it('says when it goes over to another place', async () => {
    signIns.ide(60);
    const auth = machine.auth();
    const login = await auth.login();
    signIns.cli(90);
    expect((await auth.renew(login)).accessToken).toBe('access-of-cli');
    expect(machine.lines.join('\n')).toContain('Now using the Kiro sign-in of kiro-cli');
  });

  it('is stored before the program ends, when it is being renewed', async () => {
    const { refreshToken } = signIns.expiredIde(emulator);
    const body = { accessToken: 'new', refreshToken: 'new', expiresIn: 3600 };
    emulator.nextFor('refreshToken', { status: 200, delay: 60, body });
    const auth = machine.auth();
    const leaving = new AbortController();
    const login = auth.login(leaving.signal).catch(error => error);
    while (emulator.requests.length === 0) await new Promise(resolve => setTimeout(resolve, 2));
    leaving.abort();
    expect(await login).toMatchObject({ kind: 'cancelled' });
    expect(machine.readJson(signIns.idePath)['refreshToken']).toBe(refreshToken);
    await auth.close();
    expect(machine.readJson(signIns.idePath)['refreshToken']).toBe('new');
  });
});
