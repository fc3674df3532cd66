/** A model as the vendor lists it. */
export interface Model {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  /** Tokens. */
  readonly maxInputTokens?: number;
  /** Tokens. */
  readonly maxOutputTokens?: number;
  /** Price of a request relative to the unit. */
  readonly rate?: number;
  readonly rateUnit?: string;
  readonly inputs: readonly ('text' | 'image')[];
  /** Effort levels that it accepts, lowest first; empty when it has none. */
  readonly efforts: readonly string[];
  /** Whether it can think in a form of its own. */
  readonly thinks: boolean;
  readonly isDefault: boolean;
}
