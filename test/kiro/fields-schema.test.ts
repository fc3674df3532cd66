import { describe, expect, it } from 'vitest';
import { findField } from '../../src/kiro/fields-schema.ts';

const effort = { type: 'string', enum: ['low', 'high'] };
const schema = {
  type: 'object',
  properties: {
    max_tokens: { type: 'integer', minimum: 1024, exclusiveMaximum: 64_001 },
    output_config: { $ref: '#/$defs/output' },
    thinking: {
      oneOf: [
        { type: 'object', properties: { type: { const: 'adaptive' } } },
        {
          type: 'object',
          properties: { type: { const: 'disabled' }, budget: { anyOf: [{ minimum: 5 }, { maximum: 9 }] } },
        },
      ],
    },
    loop: { $ref: '#/properties/loop' },
    lost: { $ref: '#/$defs/nothing' },
    empty: {},
  },
  $defs: { output: { type: 'object', properties: { effort } } },
};

describe('a field of the model’s schema', () => {
  it('is found by its path, also through references and alternatives', () => {
    expect(findField(schema, 'output_config', 'effort')).toEqual({ values: ['low', 'high'] });
    expect(findField(schema, 'thinking', 'type')).toEqual({ values: ['adaptive', 'disabled'] });
    expect(findField(schema, 'thinking', 'budget')).toEqual({ minimum: 5, maximum: 9 });
    expect(findField(schema, 'max_tokens')).toEqual({ minimum: 1024, maximum: 64_000 });
    expect(findField(schema, 'empty')).toEqual({});
  });

  it('is none where the schema has none', () => {
    expect(findField(undefined, 'thinking')).toBeUndefined();
    for (const path of [['toString'], ['thinking', 'effort'], ['output_config', 'constructor'], ['lost', 'x']]) {
      expect(findField(schema, ...path)).toBeUndefined();
    }
    expect(findField({ type: 'object' }, 'thinking')).toBeUndefined();
  });

  it('may lead in a circle', () => {
    expect(findField(schema, 'loop')).toEqual({});
    expect(findField(schema, 'loop', 'x')).toBeUndefined();
  });
});
