import type { RequestRecord } from '../server/record.ts';
import { clock } from './log.ts';
import { cut, paint, shortNumber, shortTime } from './print.ts';
import type { Screen } from './world.ts';

/** One line a person reads about a request that is over. */
export function writeRequestLine(record: RequestRecord, now: number, screen: Screen): string {
  const colours = paint(screen);
  const shade = record.status >= 500 ? colours.red : record.status >= 400 ? colours.yellow : colours.green;
  const { usage, firstByteMs, totalMs } = record;
  const time = colours.dim(clock(now));
  const status = shade(String(record.status));
  const client = record.client === undefined ? undefined : colours.dim(record.client);
  const tokens = usage && `${shortNumber(usage.inputTokens)} in, ${shortNumber(usage.outputTokens)} out`;
  const credits = usage?.credits === undefined ? undefined : `${Number(usage.credits.toPrecision(2))} credits`;
  const took = firstByteMs === undefined ? shortTime(totalMs) : `${shortTime(firstByteMs)} / ${shortTime(totalMs)}`;
  const left = record.cancelled ? colours.dim('client left') : undefined;
  const message = record.message === undefined ? undefined : shade(record.message.replaceAll(/\s+/g, ' '));
  const place = `${record.method} ${record.path}`;
  const whole = join(time, status, place, record.model, client, tokens, credits, took, left, message);
  if (Bun.stringWidth(whole) <= screen.columns) return `${whole}\n`;
  // Where there is little room, what matters most comes first.
  const brief = join(time, status, record.model ?? place, message, tokens, credits, took, left, client);
  return `${cut(brief, screen.columns)}\n`;
}

const join = (...parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join('  ');
