import type { Settings } from './settings.ts';

/** Where programs on this machine find a gateway with these settings; without a slash at the end. */
export function addressOf({ host, port, tlsCert }: Pick<Settings, 'host' | 'port' | 'tlsCert'>): string {
  const everywhere = host === '0.0.0.0' || host === '::' || host === '';
  const name = everywhere ? '127.0.0.1' : host;
  const scheme = tlsCert === undefined ? 'http' : 'https';
  return `${scheme}://${name.includes(':') && !name.startsWith('[') ? `[${name}]` : name}:${port}`;
}

/** Whether a gateway answers there; anything else that listens is no gateway. */
export async function isGateway(address: string): Promise<boolean> {
  try {
    const response = await fetch(`${address}/health`, { signal: AbortSignal.timeout(500) });
    return response.ok;
  } catch {
    return false;
  }
}
