import { anthropic } from './anthropic/index.ts';

export type { Call, Dialect, ErrorAnswer, Header } from './dialect.ts';

/** The client APIs that the gateway speaks. */
export const dialects = { anthropic };
