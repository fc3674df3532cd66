import type { Log } from '../core/log.ts';
import { paint } from './print.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

export type LogFormat = 'text' | 'json';

/** The form of the log: what is set, else text where a person looks and JSON where a program does. */
export const logFormat = (settings: Pick<Settings, 'logFormat'>, { errors }: Pick<World, 'errors'>): LogFormat =>
  settings.logFormat === 'auto' ? (errors.isTerminal ? 'text' : 'json') : settings.logFormat;

/** The log of this program, on standard error. Whatever looks like a secret is blotted out on the way. */
export async function createLog(
  settings: Pick<Settings, 'logFormat' | 'logLevel'>,
  world: Pick<World, 'errors'>,
): Promise<Log> {
  const { pino } = await import('pino');
  const write = logFormat(settings, world) === 'json' ? writeJson : writeText;
  const logger = pino(
    {
      level: settings.logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      redact: { paths: secretFields.flatMap(name => [name, `*.${name}`, `*.*.${name}`]), censor: '…' },
    },
    { write: line => world.errors.write(withoutSecrets(write(line, world))) },
  );
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      logger[level](plain(fields), message);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

// Errors have nothing that JSON would show.
const plain = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Error ? (value.stack ?? value.message) : value,
    ]),
  );

/** Blots out what is known to be a token or a key wherever it stands in a text. */
export const withoutSecrets = (text: string): string => text.replace(secretText, '$1…');

const writeJson = (line: string): string => line;

function writeText(line: string, { errors }: Pick<World, 'errors'>): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const colours = paint(errors);
  const mark = { warn: colours.yellow('warning:'), error: colours.red('error:') }[String(level)];
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${brief(value)}`);
  const words = [colours.dim(clock(String(time))), mark, String(msg ?? ''), colours.dim(rest.join(' '))];
  return `${words.filter(Boolean).join(' ')}\n`;
}

/** The local time of day of an ISO time. */
export const clock = (time: string | number): string => new Date(time).toTimeString().slice(0, 8);

const brief = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const secretText =
  /((?:bearer|x-api-key:?|api-key:?)\s+)[\w.~+/=-]{8,}|\b(?:ksk_|kgw-|ao[ar])[\w-]{8,}|\beyJ[\w-]{8,}\.[\w.-]{8,}/gi;

const secretFields = [
  'accessToken',
  'refreshToken',
  'access_token',
  'refresh_token',
  'clientSecret',
  'client_secret',
  'authorization',
  'apiKey',
  'key',
  'password',
  'cookie',
];
