import { table } from './settings.ts';
import { flagOf, type ResolvedSettings } from './sources.ts';

/** How `env` is to be called for a gateway at this address: with the flags that it was started with. */
export const envCommand = (url: string, resolved: ResolvedSettings): string =>
  `kiro-gw env${placeFlags(resolved, new URL(url).port)}`;

/** The flags that say where the gateway listens, as they were given; nothing of what the settings say anyway. */
export function placeFlags({ origins }: ResolvedSettings, port = origins.port.text): string {
  const flags = (['host', 'port', 'tlsCert', 'tlsKey'] as const).flatMap(name => {
    const { kind, text } = origins[name];
    // A port that the system chose is in no setting.
    const isNeeded = kind === 'flag' || (name === 'port' && text === '0');
    return isNeeded ? ` ${flagOf(table[name])} ${name === 'port' ? port : text}` : '';
  });
  return flags.join('');
}
