import fc from 'fast-check';
import type { Delta } from '../../src/core/assemble.ts';
import type { JsonObject, Search } from '../../src/core/chat.ts';
import { anyCharacter, webAddress } from './arbitrary-text.ts';

/** Any text, broken Unicode among it. */
export const anyText = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.string({ unit: 'grapheme' }),
  fc.constant('"\\\n\u2028'),
);
/** Any JSON object, as it comes out of a parser. */
export const anyObject: fc.Arbitrary<JsonObject> = fc
  .dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
  .map(value => JSON.parse(JSON.stringify(value)) as JsonObject);

const anyUrl = webAddress;
const anySearch: fc.Arbitrary<Search> = fc.record({
  type: fc.constant('search' as const),
  id: fc.uuid(),
  query: fc.string({ minLength: 1 }),
  results: fc.array(
    fc.record({ title: fc.string({ minLength: 1 }), url: anyUrl, snippet: fc.string({ minLength: 1 }) }),
    { maxLength: 3 },
  ),
});
const anyUsage = fc.record(
  {
    inputTokens: fc.nat(),
    outputTokens: fc.nat(),
    reasoningTokens: fc.nat(),
    cacheReadTokens: fc.nat({ max: 1000 }),
    cacheWriteTokens: fc.nat({ max: 1000 }),
    searches: fc.nat({ max: 5 }),
  },
  { requiredKeys: [] },
);

const anyCall: fc.Arbitrary<Delta> = fc
  .record({
    id: fc.uuid(),
    name: fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/),
    input: anyObject,
    indent: fc.nat({ max: 2 }),
  })
  .map(({ id, name, input, indent }) => ({ type: 'call', id, name, input, json: JSON.stringify(input, null, indent) }));

const anyDelta: fc.Arbitrary<Delta> = fc.oneof(
  { weight: 6, arbitrary: anyText.map(text => ({ type: 'text' as const, text })) },
  { weight: 4, arbitrary: anyText.map(text => ({ type: 'reasoning' as const, text })) },
  fc.string({ minLength: 1 }).map(signature => ({ type: 'signature' as const, signature })),
  fc.base64String({ minLength: 4 }).map(data => ({ type: 'redacted' as const, data })),
  { weight: 3, arbitrary: anyCall },
  anySearch.map(search => ({ type: 'search' as const, search })),
  anyUsage.map(usage => ({ type: 'usage' as const, usage })),
  fc.constantFrom<Delta>(
    { type: 'stop', reason: 'end' },
    { type: 'stop', reason: 'length' },
    { type: 'stop', reason: 'stop-sequence', sequence: 'END' },
    { type: 'stop', reason: 'refusal' },
    { type: 'stop', reason: 'pause' },
    { type: 'stop', reason: 'context' },
  ),
);

/** Any answer: its deltas in the batches in which the network brought them. */
export const anyDeltas: fc.Arbitrary<Delta[][]> = fc.array(fc.array(anyDelta, { maxLength: 6 }), { maxLength: 8 });
