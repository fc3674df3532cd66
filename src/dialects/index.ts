/** The client APIs that the gateway speaks. */
export type { Call, Dialect, ErrorAnswer, Header } from './dialect.ts';
