import { join } from 'node:path';
import type { Log } from '../../core/log.ts';
import type { Settings } from '../settings.ts';
import type { World } from '../world.ts';
import type { Capture } from './capture.ts';

/** Where captured requests are, one folder each. */
export const captureFolder = ({ debugDir }: Pick<Settings, 'debugDir'>, { folders }: Pick<World, 'folders'>): string =>
  debugDir ?? join(folders.data, 'debug');

/** The capture that the settings want; none is even loaded where they want none. */
export async function openCapture(
  settings: Settings,
  world: World,
  log: Log,
  keys: readonly { readonly key: string }[],
): Promise<Capture | undefined> {
  const { debugMode: mode, debugKeep, debugMaxMb, apiKey, refreshToken } = settings;
  if (mode === 'off') return undefined;
  const folder = captureFolder(settings, world);
  const { createCapture } = await import('./capture.ts');
  log.info(`Requests are captured${mode === 'errors' ? ' when they fail' : ''}; they hold whole conversations.`, {
    folder,
  });
  return createCapture({
    mode,
    folder,
    bounds: { folders: debugKeep, bytes: debugMaxMb * 1024 * 1024 },
    secrets: [...keys.map(({ key }) => key), apiKey ?? '', refreshToken ?? ''],
    world,
    log,
  });
}
