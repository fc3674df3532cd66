import type { Json, JsonObject } from '../../core/chat.ts';
import { resolveReference } from './schema-pointer.ts';

/** The references of one schema while they are inlined. They may be recursive, and made to explode. */
export interface SchemaReferences {
  /** Counts one schema that is written. */
  count(): void;
  /** What a reference points to; undefined when it leads nowhere or too deep. `leave` must follow a success. */
  enter(reference: string): Json | undefined;
  leave(reference: string): void;
  /** What is written for a reference that is not followed. */
  stub(reference: string): JsonObject;
}

/** The references of a schema, none of them followed yet. */
export function openSchema(root: JsonObject): SchemaReferences {
  const active = new Map<string, number>();
  let followed = 0;
  let written = 0;
  return {
    count() {
      if (followed > 0) written += 1;
    },
    enter(reference) {
      const nested = active.get(reference) ?? 0;
      const target = nested >= maxNested || written > maxWritten ? undefined : resolveReference(root, reference);
      if (target === undefined) return undefined;
      active.set(reference, nested + 1);
      followed += 1;
      return target;
    },
    leave(reference) {
      active.set(reference, (active.get(reference) ?? 1) - 1);
    },
    stub(reference) {
      const target = resolveReference(root, reference);
      const type = typeof target === 'object' && target !== null ? (target as JsonObject)['type'] : undefined;
      const name = reference.slice(reference.lastIndexOf('/') + 1).replace(/^#$/, '');
      return {
        ...(type === undefined || type === null ? {} : { type }),
        description: name === '' ? 'The same form as the whole.' : `The form called ${name}.`,
      };
    },
  };
}

const maxNested = 2;
const maxWritten = 2000;
