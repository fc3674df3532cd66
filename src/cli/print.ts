import { Chalk, type ChalkInstance } from 'chalk';
import type { Screen } from './world.ts';

/** Colours for one screen; without effect where none are wanted. */
export const paint = (screen: Pick<Screen, 'colours'>): ChalkInstance => new Chalk({ level: screen.colours ? 1 : 0 });

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly right?: boolean;
  /** Left out where the screen is too narrow for all columns. */
  readonly spare?: boolean;
  /** Cut before all others where the screen is too narrow. */
  readonly isElastic?: boolean;
  read(row: Row): string;
  /** A shorter form, where the screen is too narrow for the other. */
  brief?(row: Row): string;
}

/**
 * Rows under their titles, as wide as they need to be. Where the screen is too narrow: with brief cells, then without
 * spare columns; what is elastic is cut, and the last column to the width of the screen.
 */
export function writeTable<Row>(rows: readonly Row[], all: readonly Column<Row>[], width: number): string {
  const brief = all.map(column => (column.brief === undefined ? column : { ...column, read: column.brief }));
  for (const columns of [all, brief]) {
    const whole = setTable(rows, columns, Number.POSITIVE_INFINITY);
    if (whole.split('\n').every(line => Bun.stringWidth(line) <= width)) return whole;
  }
  const kept = brief.filter(({ spare }) => spare !== true);
  const excess =
    Math.max(
      0,
      ...setTable(rows, kept, Number.POSITIVE_INFINITY)
        .split('\n')
        .map(line => Bun.stringWidth(line)),
    ) - width;
  const fitting = kept.map(column => (column.isElastic ? narrowed(column, rows, excess) : column));
  return setTable(rows, fitting, width);
}

function narrowed<Row>(column: Column<Row>, rows: readonly Row[], excess: number): Column<Row> {
  const widest = Math.max(...rows.map(row => Bun.stringWidth(column.read(row))));
  return { ...column, read: row => cut(column.read(row), Math.max(narrowest, widest - excess)) };
}

const narrowest = 12;

function setTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number): string {
  const cells = [columns.map(column => column.title), ...rows.map(row => columns.map(column => column.read(row)))];
  const widths = columns.map((_, at) => Math.max(...cells.map(line => Bun.stringWidth(line[at] ?? ''))));
  const write = (line: readonly string[]): string =>
    line
      .map((cell, at) => {
        const gap = ' '.repeat(Math.max(0, (widths[at] ?? 0) - Bun.stringWidth(cell)));
        if (columns[at]?.right) return gap + cell;
        return at === line.length - 1 ? cell : cell + gap;
      })
      .join('  ');
  return cells.map(line => `${cut(write(line).trimEnd(), width)}\n`).join('');
}

/** A line no wider than the screen. */
export function cut(line: string, width: number): string {
  if (Bun.stringWidth(line) <= width) return line;
  let short = '';
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    if (Bun.stringWidth(short + segment) > width - 1) break;
    short += segment;
  }
  return `${short}…`;
}

/** The words of a filter, as a sentence names them. */
export const quoted = (words: readonly string[]): string => words.map(word => `"${word}"`).join(' and ');

/** A text as one word of a command line. */
export const asWord = (text: string): string =>
  /^[\w./@+:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** 1234567 as 1.2M, 12345 as 12k. */
export function shortNumber(value: number): string {
  if (value >= 1_000_000) return `${trim(value / 1_000_000)}M`;
  return value >= 1000 ? `${trim(value / 1000)}k` : trim(value);
}
const trim = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, ''));

/** Milliseconds as a person says them. */
export function shortTime(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`;
  if (milliseconds < 120_000) return `${(milliseconds / 1000).toFixed(1)}s`;
  const minutes = milliseconds / 60_000;
  if (minutes < 120) return `${Math.round(minutes)} min`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}
