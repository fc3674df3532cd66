import { question, tool, user } from '../request.ts';
import { type Broken, current, type Right, testRules } from './rule-tests.ts';

const withSchema = (json: object) =>
  question(user('Go.', { userInputMessageContext: { tools: [tool('read', { inputSchema: { json } })] } }));

const broken: readonly Broken[] = [
  ...(
    [
      ['a root that is no object', { type: 'array' }, 'type'],
      ['a union at the root', { type: 'object', anyOf: [{ type: 'object' }] }, 'anyOf'],
      ['$schema', { type: 'object', $schema: 'http://json-schema.org/draft-07/schema#' }, '$schema'],
      ['$defs', { type: 'object', $defs: {} }, '$defs'],
      ['a deep $ref', { type: 'object', properties: { a: { $ref: '#/$defs/a' } } }, 'properties.a.$ref'],
      [
        'a deep additionalProperties',
        { type: 'object', properties: { a: { type: 'object', additionalProperties: false } } },
        'properties.a.additionalProperties',
      ],
      [
        'strict in an item of a union',
        { type: 'object', properties: { a: { anyOf: [{ strict: true }] } } },
        'properties.a.anyOf[0].strict',
      ],
      ['an empty required', { type: 'object', required: [] }, 'required'],
      [
        'a null required in an item',
        { type: 'object', properties: { a: { items: { required: null } } } },
        'properties.a.items.required',
      ],
    ] as const
  ).map(
    ([what, schema, at]): Broken => [
      '2.1.8',
      what,
      withSchema(schema),
      `${current}.userInputMessageContext.tools[0].toolSpecification.inputSchema.json.${at}`,
      'TOOL_SCHEMA_INVALID',
    ],
  ),
];

const right: readonly Right[] = [
  [
    'properties that are named like keywords',
    withSchema({
      type: 'object',
      properties: {
        required: { type: 'boolean' },
        additionalProperties: { type: 'string' },
        strict: { type: 'string' },
      },
      required: ['required'],
    }),
  ],
  [
    'a union below the root',
    withSchema({ type: 'object', properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] } } }),
  ],
  [
    'data that looks like keywords',
    withSchema({ type: 'object', properties: { a: { enum: [null, 'x'], default: null, const: { strict: true } } } }),
  ],
];

testRules(broken, right);
