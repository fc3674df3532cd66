import type { Json, JsonObject } from '../../core/chat.ts';

// https://www.rfc-editor.org/rfc/rfc6901 inside of a URI fragment.

/** What a reference within a schema points to; undefined when it leads nowhere, or out of the schema. */
export function resolveReference(root: JsonObject, reference: string): Json | undefined {
  if (!reference.startsWith('#')) return undefined;
  let node: Json | undefined = root;
  for (const step of decode(reference.slice(1)).split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, name)) return undefined;
    node = (node as JsonObject)[name];
  }
  return node;
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
