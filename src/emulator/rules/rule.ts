import { writeRefusal } from '../refusal.ts';
import type { HttpAnswer } from '../script.ts';
import type { Violation } from '../seen.ts';

/** One place where a rule is broken, and what the service says to it. */
export interface Breach {
  readonly path: string;
  readonly message: string;
  /** The service's reason; most breaches have none. */
  readonly reason?: string;
  /** The service's words, where they are better than its usual ones. */
  readonly says?: string;
}

/** One rule: the places where a subject breaks it. */
export type Rule<Subject> = (subject: Subject) => Iterable<Breach>;

/** Rules by their numbers. */
export type Rules<Subject> = Readonly<Record<string, Rule<Subject>>>;

/** Everything that a subject breaks, and the answer to the first of it. */
export function checkRules<Subject>(rules: Rules<Subject>, subject: Subject): Finding[] {
  return Object.entries(rules).flatMap(([rule, find]) =>
    Array.from(find(subject), breach => ({
      violation: { rule, path: breach.path, message: breach.message },
      answer: writeRefusal(
        400,
        'ValidationException',
        breach.says ?? 'Improperly formed request.',
        breach.reason ?? null,
      ),
    })),
  );
}

/** A broken rule as it is remembered, and the answer that it earns. */
export interface Finding {
  readonly violation: Violation;
  readonly answer: HttpAnswer;
}
