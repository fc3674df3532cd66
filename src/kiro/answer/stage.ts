/** A step that text passes through. It may hold back what could be the beginning of something it looks for. */
export interface Stage {
  push(text: string): void;
  /** Nothing follows directly: what is held back goes on. */
  flush(): void;
}
