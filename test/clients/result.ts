import type { Api, Driver } from './driver.ts';
import type { Outcome } from './play.ts';
import { type TurnName, turns } from './turns.ts';

/** All outcomes as a Markdown table, and below it why something was not tried. */
export function writeResult(
  outcomes: readonly Outcome[],
  absent: readonly { driver: Driver; reason: string }[],
): string {
  const notes: string[] = [];
  const note = (text: string): string => {
    if (!notes.includes(text)) notes.push(text);
    return `–${superscript(notes.indexOf(text) + 1)}`;
  };
  const rows = group(outcomes).map(({ driver, api, of }) => [
    driver.name,
    driver.version,
    api,
    ...turns.map(({ name }) => writeCell(of.get(name), note)),
  ]);
  const lines = [
    ['Client', 'Version', 'API', ...turns.map(({ name }) => headings[name])],
    ['---', '---', '---', ...turns.map(() => ':-:')],
    ...rows,
  ].map(cells => `| ${cells.join(' | ')} |`);
  return [
    ...lines,
    '',
    '✓ passed, ✗ failed, – not tried; ✓ᶜ passed, and the client compacted its conversation by itself.',
    ...(notes.length === 0 ? [] : ['', ...notes.map((text, at) => `${superscript(at + 1)} ${text}  `)]),
    ...(absent.length === 0
      ? []
      : [
          '',
          'Not run here:',
          '',
          ...absent.map(({ driver, reason }) => `- ${driver.name} ${driver.version}: ${reason}`),
        ]),
    '',
  ].join('\n');
}

function writeCell(outcome: Outcome | undefined, note: (text: string) => string): string {
  if (outcome === undefined) return '';
  if (outcome.skipped !== undefined) return note(outcome.skipped);
  if (outcome.problem !== undefined) return '✗';
  return outcome.compacted ? '✓ᶜ' : '✓';
}

interface Row {
  readonly driver: Driver;
  readonly api: Api;
  readonly of: Map<TurnName, Outcome>;
}

function group(outcomes: readonly Outcome[]): Row[] {
  const rows: Row[] = [];
  for (const outcome of outcomes) {
    const { driver, api, turn } = outcome;
    let row = rows.find(row => row.driver === driver && row.api === api);
    if (row === undefined) {
      row = { driver, api, of: new Map() };
      rows.push(row);
    }
    row.of.set(turn.name, outcome);
  }
  return rows;
}

const superscript = (number: number): string => [...String(number)].map(digit => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');

const headings: Readonly<Record<TurnName, string>> = {
  answer: 'Answer',
  edit: 'File changed by a tool',
  'tool error': 'Tool error',
  image: 'Image',
  long: '2 400 deltas',
  cancel: 'Cancelled',
  failure: 'Failure in mid-answer',
  overflow: 'Overflow',
};
