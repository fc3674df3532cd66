import type { Settings } from './settings.ts';

/** Where programs on this machine find a gateway with these settings; without a slash at the end. */
export function addressOf({ host, port, tlsCert }: Pick<Settings, 'host' | 'port' | 'tlsCert'>): string {
  const everywhere = host === '0.0.0.0' || host === '::' || host === '';
  const name = everywhere ? '127.0.0.1' : host;
  const scheme = tlsCert === undefined ? 'http' : 'https';
  return `${scheme}://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`;
}

/** Whether a gateway answers there; anything else that listens is no gateway. */
export const isGateway = async (address: string): Promise<boolean> => (await gatewayAt(address)) !== undefined;

/** The gateway that answers there. */
export async function gatewayAt(address: string): Promise<{ readonly version: string } | undefined> {
  // Unlike `fetch`, this never takes a proxy: the gateway is on this machine.
  const { get } = await (address.startsWith('https:') ? import('node:https') : import('node:http'));
  return new Promise(resolve => {
    // Its own certificate need not be one that this machine trusts.
    // Nobody there is known at once; only a busy machine, or another program that says nothing, is waited for.
    const options = { timeout: 2500, rejectUnauthorized: false };
    const request = get(`${address}/health`, options, async response => {
      let text = '';
      try {
        for await (const chunk of response) text += chunk;
        const { name, version } = JSON.parse(text) as { readonly name?: unknown; readonly version?: unknown };
        resolve(name === 'kiro-gw' ? { version: String(version) } : undefined);
      } catch {
        resolve(undefined);
      }
    });
    const timer = setTimeout(() => request.destroy(new Error('late')), options.timeout);
    request.once('error', () => resolve(undefined));
    request.once('close', () => clearTimeout(timer));
  });
}
