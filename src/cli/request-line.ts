import type { RequestRecord } from '../server/record.ts';
import { clock } from './log.ts';
import { cut, paint, shortNumber, shortTime } from './print.ts';
import type { Screen } from './world.ts';

/** One line a person reads about a request that is over; below it, where there is no room beside it, why it failed. */
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
  const message = record.message?.replaceAll(/\s+/g, ' ');
  const complaint = record.status >= 400 ? shade : colours.red;
  const why = message === undefined ? undefined : complaint(message);
  const place = `${record.method} ${record.path}`;
  const whole = join(time, status, place, record.model, client, tokens, credits, took, left, why);
  if (Bun.stringWidth(whole) <= screen.columns) return `${whole}\n`;
  // Where there is little room, what matters most comes first.
  const brief = join(time, status, record.model ?? place, tokens, credits, took, left, client);
  const below = message === undefined ? [] : wrap(message, screen.columns - indent.length);
  return `${[cut(brief, screen.columns), ...below.map(line => `${indent}${complaint(line)}`)].join('\n')}\n`;
}

const wrap = (text: string, width: number): readonly string[] =>
  Bun.wrapAnsi(text, Math.max(20, width), { hard: true }).split('\n');

const indent = ' '.repeat(10);

const join = (...parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join('  ');
