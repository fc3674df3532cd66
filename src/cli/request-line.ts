import type { RequestRecord } from '../server/record.ts';
import { clock } from './log.ts';
import { cut, paint, shortNumber, shortTime } from './print.ts';
import type { Screen } from './world.ts';

/** One line a person reads about a request that is over. */
export function writeRequestLine(record: RequestRecord, now: number, screen: Screen): string {
  const colours = paint(screen);
  const shade = record.status >= 500 ? colours.red : record.status >= 400 ? colours.yellow : colours.green;
  const { usage, firstByteMs, totalMs } = record;
  const parts = [
    colours.dim(clock(now)),
    shade(String(record.status)),
    `${record.method} ${record.path}`,
    record.model,
    record.client === undefined ? undefined : colours.dim(record.client),
    usage && `${shortNumber(usage.inputTokens)} in, ${shortNumber(usage.outputTokens)} out`,
    usage?.credits === undefined ? undefined : `${Number(usage.credits.toPrecision(2))} credits`,
    firstByteMs === undefined ? shortTime(totalMs) : `${shortTime(firstByteMs)} / ${shortTime(totalMs)}`,
    record.cancelled ? colours.dim('client left') : undefined,
    record.message === undefined ? undefined : shade(record.message.replaceAll(/\s+/g, ' ')),
  ];
  return `${cut(parts.filter(Boolean).join('  '), screen.columns)}\n`;
}
