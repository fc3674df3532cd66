import type { Log } from '../core/log.ts';
import { paint } from './print.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

export type LogFormat = 'text' | 'json';

/** The form of the log: what is set, else text where a person looks and JSON where a program does. */
export const logFormat = (settings: Pick<Settings, 'logFormat'>, { errors }: Pick<World, 'errors'>): LogFormat =>
  settings.logFormat === 'auto' ? (errors.isTerminal ? 'text' : 'json') : settings.logFormat;

/** The log of this program, on standard error. Whatever looks like a secret is blotted out on the way. */
export function createLog(settings: Pick<Settings, 'logFormat' | 'logLevel'>, { errors }: Pick<World, 'errors'>): Log {
  const write = logFormat(settings, { errors }) === 'json' ? writeJson : writeText(errors);
  const least = levels.indexOf(settings.logLevel);
  const at =
    (level: keyof Log) =>
    (message: string, fields: Fields = {}): void => {
      if (levels.indexOf(level) < least) return;
      errors.write(withoutSecrets(write({ level, time: new Date().toISOString() }, plain(fields) as Fields, message)));
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

type Fields = Readonly<Record<string, unknown>>;

interface Occasion {
  readonly level: keyof Log;
  readonly time: string;
}

/** What may be shown of a value: no secret field, and as text what JSON shows nothing of or cannot write. */
function plain(value: unknown, depth = 0): unknown {
  if (value instanceof Error) return value.stack ?? value.message;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  if (depth > deepest) return '…';
  if (Array.isArray(value)) return value.map(item => plain(item, depth + 1));
  // Most values hold nothing to change, and copies cost more than the rest of the line.
  let changed: Record<string, unknown> | undefined;
  const members = value as Readonly<Record<string, unknown>>;
  for (const name in members) {
    const inner = members[name];
    const shown = isSecret(name) ? '…' : plain(inner, depth + 1);
    if (shown === inner) continue;
    changed ??= { ...members };
    changed[name] = shown;
  }
  return changed ?? value;
}

/** Blots out what is known to be a token or a key wherever it stands in a text. */
export const withoutSecrets = (text: string, fill: (secret: string) => string = () => '…'): string =>
  text.replace(secretText, (found: string, head: string | undefined) => {
    const kept = head ?? '';
    return kept + fill(found.slice(kept.length));
  });

function writeJson(occasion: Occasion, fields: Fields, message: string): string {
  return `${JSON.stringify({ ...occasion, ...fields, msg: message })}\n`;
}

function writeText(errors: World['errors']): typeof writeJson {
  const colours = paint(errors);
  const marks: Partial<Record<keyof Log, string>> = {
    warn: colours.yellow('warning:'),
    error: colours.red('error:'),
  };
  return ({ level, time }, fields, message) => {
    const known = Object.entries(fields).filter(([, value]) => value !== undefined);
    const rest = known.map(([name, value]) => `${name}=${brief(value)}`);
    const words = [colours.dim(clock(time)), marks[level], message, colours.dim(rest.join(' '))];
    return `${words.filter(Boolean).join(' ')}\n`;
  };
}

/** The local time of day of an ISO time. */
export const clock = (time: string | number): string => new Date(time).toTimeString().slice(0, 8);

const brief = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const secretText =
  /((?:bearer|x-api-key:?|api-key:?)\s+)[\w.~+/=-]{8,}|\b(?:ksk_|kgw-|ao[ar])[\w-]{8,}|\beyJ[\w-]{8,}\.[\w.-]{8,}/gi;

// The names are few, and most are seen again with each line.
function isSecret(name: string): boolean {
  let found = seenFields.get(name);
  if (found === undefined) {
    if (seenFields.size >= mostSeen) seenFields.clear();
    found = secretFields.has(name.toLowerCase());
    seenFields.set(name, found);
  }
  return found;
}

const levels: readonly string[] = ['debug', 'info', 'warn', 'error', 'silent'];
const seenFields = new Map<string, boolean>();
const mostSeen = 500;
const deepest = 8;
// In lower case.
const secretFields: ReadonlySet<string> = new Set([
  'accesstoken',
  'refreshtoken',
  'access_token',
  'refresh_token',
  'clientsecret',
  'client_secret',
  'authorization',
  'apikey',
  'key',
  'password',
  'cookie',
]);
