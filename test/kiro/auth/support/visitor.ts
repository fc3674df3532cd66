// A program that signs in on one Windows machine after the other. Where file names may hold backslashes, a folder is
// such a machine: its files have whole Windows paths for names. Reads the machines as JSON, writes what it found.
import { createAuth } from '../../../../src/kiro/auth/auth.ts';
import { createTransport } from '../../../../src/kiro/transport.ts';

interface Visit {
  readonly folder: string;
  readonly configDir: string;
}

const { url, home, env, visits } = JSON.parse(await Bun.stdin.text()) as {
  readonly url: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly visits: readonly Visit[];
};
const transport = createTransport({});
const quiet = (): void => undefined;
const outcomes: unknown[] = [];
for (const { folder, configDir } of visits) {
  process.chdir(folder);
  const auth = createAuth({
    env,
    home,
    platform: 'win32',
    configDir,
    transport,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    now: () => Date.now(),
    listProfiles: async () => [],
    authUrl: url,
    oidcUrl: url,
    idpHosts: ['127.0.0.1'],
  });
  const login = await auth.login().catch(String);
  const { used } = await auth.describe();
  outcomes.push({ login, used });
  await auth.close();
}
await transport.close();
console.log(JSON.stringify(outcomes));
