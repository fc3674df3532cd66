import type { Backend } from '../core/backend.ts';
import type { Log } from '../core/log.ts';
import type { ResponseStore } from '../dialects/openai-responses/index.ts';
import type { Metrics } from './metrics.ts';
import type { Dialects, Limits } from './options.ts';

/** What every endpoint may use. */
export interface Context {
  readonly backend: Backend;
  readonly dialects: Required<Dialects>;
  readonly store: ResponseStore;
  readonly limits: Limits;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly version: string;
  /** Clients are told apart by their keys; where they share one, by where they come from and what they call themselves. */
  readonly hasOneKey: boolean;
}
