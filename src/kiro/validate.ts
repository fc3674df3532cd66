import type { JsonObject } from '../core/chat.ts';
import type { Finding } from './validate/finding.ts';
import { checkDeclared, checkDescriptions, checkNames, checkSchemas } from './validate/tools.ts';
import { checkContent, checkIds, checkOrder, checkPairs, checkResults } from './validate/turns.ts';
import { checkImages, checkMembers, checkUnicode } from './validate/values.ts';

export type { Finding } from './validate/finding.ts';

/** Where a body breaks the rules that the service enforces; the service itself often does not say. */
export function validateQuestion(body: JsonObject): readonly Finding[] {
  return checks.flatMap(check => [...check(body)]);
}

/**
 * Findings in words, the first few, for an error message. `origins` are the client's messages of every turn, as the
 * question has them, so that the words can name those and not only what was made of them.
 */
export function describeFindings(findings: readonly Finding[], origins: readonly (readonly string[])[] = []): string {
  const lines = findings.slice(0, most).map(({ path, message, turn, rule }) => {
    const from = turn === undefined ? [] : (origins[turn] ?? []);
    const place = from.length > 2 ? `${from[0]} to ${from.at(-1)}` : from.join(' and ');
    return `${place === '' ? path : `${place} (${path})`}: ${message} (rule ${rule})`;
  });
  const others = findings.length - lines.length;
  return [...lines, ...(others > 0 ? [`and ${others} more`] : [])].join('; ');
}

const most = 3;

// What explains most comes first.
const checks: readonly ((body: JsonObject) => Iterable<Finding>)[] = [
  checkMembers,
  checkOrder,
  checkContent,
  checkPairs,
  checkDeclared,
  checkNames,
  checkIds,
  checkDescriptions,
  checkSchemas,
  checkImages,
  checkResults,
  checkUnicode,
];
