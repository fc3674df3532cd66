import type { ChatError } from '../core/errors.ts';

/** A figure for whoever watches over the gateway. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What happened between the gateway and the service, counted. */
export interface Counts {
  /** The service refused or failed, or could not be reached. */
  failed(error: ChatError): void;
  retried(error: ChatError): void;
  renewed(outcome: 'done' | 'failed'): void;
  readings(load: { readonly running: number; readonly waiting: number }): readonly Reading[];
}

/** All at zero. */
export function createCounts(): Counts {
  const failures = createTally();
  const retries = createTally();
  const renewals = createTally();
  const write = (name: string, help: string, label: string, tally: Tally): Reading[] =>
    tally.entries().map(([word, value]) => ({ name, help, type: 'counter', value, labels: { [label]: word } }));
  return {
    failed(error) {
      if (error.kind !== 'cancelled') failures.add(reasonOf(error));
    },
    retried: error => retries.add(reasonOf(error)),
    renewed: outcome => renewals.add(outcome),
    readings: ({ running, waiting }) => [
      { name: 'kiro_gw_generations', help: 'Answers under way.', type: 'gauge', value: running },
      { name: 'kiro_gw_queue', help: 'Requests that wait for their turn.', type: 'gauge', value: waiting },
      ...write('kiro_gw_upstream_errors_total', 'Failed calls of the service by reason.', 'reason', failures),
      ...write('kiro_gw_retries_total', 'Calls of the service that were sent again, by reason.', 'reason', retries),
      ...write('kiro_gw_refreshes_total', 'Renewals of the sign-in by outcome.', 'outcome', renewals),
    ],
  };
}

const reasonOf = ({ code, kind }: ChatError): string => code ?? kind;

interface Tally {
  add(word: string): void;
  entries(): [string, number][];
}

// The service chooses the words, and each would be kept for good.
function createTally(most = 50): Tally {
  const counts = new Map<string, number>();
  return {
    add(word) {
      const key = counts.has(word) || counts.size < most ? word : 'other';
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    entries: () => [...counts],
  };
}
