import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatRequest, JsonObject, Thinking } from '../../src/core/chat.ts';
import { type FieldsSchema, writeClaudeFields, writeGptFields } from '../../src/emulator/model-fields.ts';
import { fieldRules } from '../../src/emulator/rules/fields.ts';
import { checkRules } from '../../src/emulator/rules/rule.ts';
import { writeQuestion } from '../../src/kiro/question.ts';
import { writeModelFields } from '../../src/kiro/thinking.ts';
import { chatOf, user } from './support/chat.ts';

const fake = { always: false, maxTokens: 4000 };
const claude = writeClaudeFields({ canDisable: true, hasXhigh: false }) as JsonObject;
const opus = writeClaudeFields({ canDisable: false, hasXhigh: true }) as JsonObject;
const gpt = writeGptFields() as JsonObject;

type Wish = Pick<Partial<ChatRequest>, 'thinking' | 'effort' | 'maxTokens'>;
const fieldsOf = (wish: Wish, schema: JsonObject | undefined): unknown =>
  writeModelFields(chatOf([], wish), schema, fake).fields;
const adaptive: Thinking = { mode: 'adaptive' };
const disabled: Thinking = { mode: 'disabled' };
const enabled = (budget: number): Thinking => ({ mode: 'enabled', budget });

describe('thinking of Claude models', () => {
  it('is not spoken of when the client does not', () => {
    expect(writeModelFields(chatOf([]), claude, fake)).toEqual({ ignored: [] });
  });

  it('is adaptive, with display and effort as asked', () => {
    expect(fieldsOf({ thinking: adaptive }, claude)).toEqual({ thinking: { type: 'adaptive' } });
    expect(fieldsOf({ thinking: { mode: 'adaptive', display: 'summarized' }, effort: 'high' }, claude)).toEqual({
      thinking: { type: 'adaptive', display: 'summarized' },
      output_config: { effort: 'high' },
    });
  });

  it('has an effort for the budget of older requests', () => {
    const effort = (budget: number): unknown => fieldsOf({ thinking: enabled(budget) }, opus);
    expect([1024, 8000, 31_999, 50_000, 128_000].map(effort)).toEqual(
      ['low', 'medium', 'high', 'xhigh', 'max'].map(level => ({
        thinking: { type: 'adaptive' },
        output_config: { effort: level },
      })),
    );
    expect(fieldsOf({ thinking: enabled(128_000), effort: 'low' }, opus)).toMatchObject({
      output_config: { effort: 'low' },
    });
  });

  it('is switched off where it can be, and made little where it cannot', () => {
    expect(fieldsOf({ thinking: disabled }, claude)).toEqual({ thinking: { type: 'disabled' } });
    expect(fieldsOf({ effort: 'none' }, claude)).toEqual({ thinking: { type: 'disabled' } });
    expect(fieldsOf({ thinking: disabled, effort: 'high' }, claude)).toEqual({
      thinking: { type: 'disabled' },
      output_config: { effort: 'high' },
    });
    expect(writeModelFields(chatOf([], { thinking: disabled }), opus, fake)).toEqual({
      fields: { output_config: { effort: 'low' } },
      ignored: ['thinking'],
    });
  });

  it('takes the nearest effort that the model has, the lower of two', () => {
    const nearest = (effort: string): unknown => fieldsOf({ effort }, claude);
    expect(nearest('minimal')).toEqual({ output_config: { effort: 'low' } });
    expect(nearest('xhigh')).toEqual({ output_config: { effort: 'high' } });
    expect(writeModelFields(chatOf([], { effort: 'ultra' }), claude, fake)).toEqual({ ignored: ['effort'] });
  });

  it('limits the length to what the schema allows', () => {
    expect(fieldsOf({ maxTokens: 5 }, claude)).toEqual({ max_tokens: 1024 });
    expect(fieldsOf({ maxTokens: 5000 }, claude)).toEqual({ max_tokens: 5000 });
    expect(fieldsOf({ maxTokens: 500_000 }, claude)).toEqual({ max_tokens: 128_000 });
  });

  it('has a budget where a schema knows only that', () => {
    const older: JsonObject = {
      type: 'object',
      properties: {
        thinking: {
          oneOf: [
            {
              properties: {
                type: { const: 'enabled' },
                budget_tokens: { type: 'integer', minimum: 1024, exclusiveMaximum: 32_000 },
              },
            },
            { $ref: '#/$defs/off' },
          ],
        },
      },
      $defs: { off: { properties: { type: { const: 'disabled' } } } },
    };
    expect(fieldsOf({ thinking: enabled(100) }, older)).toEqual({ thinking: { type: 'enabled', budget_tokens: 1024 } });
    expect(fieldsOf({ thinking: enabled(90_000) }, older)).toEqual({
      thinking: { type: 'enabled', budget_tokens: 31_999 },
    });
    expect(fieldsOf({ thinking: adaptive, effort: 'high' }, older)).toEqual({
      thinking: { type: 'enabled', budget_tokens: 16_000 },
    });
    expect(fieldsOf({ thinking: disabled }, older)).toEqual({ thinking: { type: 'disabled' } });
  });
});

describe('a schema that nobody expected', () => {
  it('makes no field that it does not list', () => {
    const wish: Wish = { thinking: adaptive, effort: 'high', maxTokens: 5 };
    const loop: JsonObject = { $ref: '#' };
    for (const schema of [
      {},
      loop,
      { properties: null },
      { properties: { thinking: true, max_tokens: [] } },
      { anyOf: [5, null] },
    ]) {
      expect(writeModelFields(chatOf([], wish), schema as JsonObject, fake)).toEqual({
        tags: expect.stringContaining('<max_thinking_length>8000<'),
        ignored: ['maxTokens'],
      });
    }
  });
});

describe('reasoning of GPT models', () => {
  it('is a matter of effort alone', () => {
    expect(fieldsOf({ effort: 'xhigh' }, gpt)).toEqual({ reasoning: { effort: 'xhigh' } });
    expect(fieldsOf({ effort: 'minimal' }, gpt)).toEqual({ reasoning: { effort: 'low' } });
    expect(fieldsOf({ effort: 'none' }, gpt)).toEqual({ reasoning: { effort: 'none' } });
    expect(fieldsOf({ thinking: disabled, effort: 'high' }, gpt)).toEqual({ reasoning: { effort: 'none' } });
    expect(fieldsOf({ thinking: enabled(2000) }, gpt)).toEqual({ reasoning: { effort: 'low' } });
    expect(fieldsOf({ thinking: adaptive }, gpt)).toBeUndefined();
  });

  it('names the length as ignored', () => {
    expect(writeModelFields(chatOf([], { maxTokens: 100 }), gpt, fake)).toEqual({ ignored: ['maxTokens'] });
  });
});

describe('models without fields of their own', () => {
  const tags = (wish: Wish, more = fake): unknown => writeModelFields(chatOf([], wish), undefined, more);
  const asking = (length: number) =>
    `<thinking_mode>enabled</thinking_mode><max_thinking_length>${length}</max_thinking_length>`;

  it('are asked in tags, when the client asked for thinking', () => {
    expect(tags({})).toEqual({ ignored: [] });
    expect(tags({ thinking: adaptive })).toEqual({ tags: asking(4000), ignored: [] });
    expect(tags({ thinking: enabled(31_999) })).toEqual({ tags: asking(31_999), ignored: [] });
    expect(tags({ thinking: adaptive, effort: 'high' })).toEqual({ tags: asking(8000), ignored: [] });
    expect(tags({ thinking: disabled })).toEqual({ ignored: [] });
    expect(tags({ effort: 'none' })).toEqual({ ignored: [] });
    expect(tags({ thinking: disabled, effort: 'high' })).toEqual({ ignored: ['effort'] });
    expect(tags({ effort: 'high', maxTokens: 10 })).toEqual({ ignored: ['effort', 'maxTokens'] });
  });

  it('are always asked with the setting, unless the client wants none', () => {
    expect(tags({}, { always: true, maxTokens: 500 })).toEqual({ tags: asking(500), ignored: [] });
    expect(tags({ thinking: disabled }, { always: true, maxTokens: 500 })).toEqual({ ignored: [] });
  });
});

describe('fields of any request', () => {
  it('are allowed by the schema of the model', () => {
    const schema = fc.constantFrom<FieldsSchema | undefined>(claude, opus, gpt, undefined);
    const wish = fc.record(
      {
        thinking: fc.record(
          {
            mode: fc.constantFrom('adaptive' as const, 'enabled' as const, 'disabled' as const),
            budget: fc.integer({ min: -5, max: 300_000 }),
            display: fc.constantFrom('omitted' as const, 'summarized' as const),
          },
          { requiredKeys: ['mode'] },
        ),
        effort: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', 'ultra', ''),
        maxTokens: fc.integer({ min: 1, max: 1_000_000 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(schema, wish, (fieldsSchema, wanted) => {
        const target = {
          modelId: 'm',
          ...(fieldsSchema === undefined ? {} : { fieldsSchema: fieldsSchema as JsonObject }),
        };
        const { body } = writeQuestion(chatOf([user('Hello')], wanted), target);
        const model = {
          modelId: 'm',
          ...(fieldsSchema === undefined ? {} : { additionalModelRequestFieldsSchema: fieldsSchema }),
        };
        expect(checkRules(fieldRules, { question: body as never, model }).map(({ violation }) => violation)).toEqual(
          [],
        );
      }),
      { numRuns: 600 },
    );
  });
});
