import { describe, expect, it } from 'vitest';
import { useEmulator } from '../../support/emulator.ts';
import { ask, question, user } from '../request.ts';

const emulator = useEmulator();

async function refusal(body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await ask(emulator, { body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const withFields = (modelId: string, additionalModelRequestFields: object) =>
  question(user('Hi', { modelId }), [], { additionalModelRequestFields });

describe('fields of a model', () => {
  const thinking = (type: string, effort?: string) => ({
    thinking: { type, display: 'summarized' },
    ...(effort === undefined ? {} : { output_config: { effort } }),
  });

  it.each([
    ['claude-opus-5', { ...thinking('adaptive', 'xhigh'), max_tokens: 1024 }],
    ['claude-opus-5', thinking('disabled')],
    ['claude-opus-5.5', thinking('adaptive', 'max')],
    ['claude-sonnet-4.6', thinking('disabled', 'max')],
    ['claude-opus-4.8', { output_config: { effort: 'low' } }],
    ['gpt-5.6-terra', { reasoning: { effort: 'none' } }],
    ['gpt-5.6-sol', { reasoning: { effort: 'max' } }],
  ])('of %s may be %j', async (modelId, fields) => {
    expect((await ask(emulator, { body: withFields(modelId, fields) })).status).toBe(200);
    expect(emulator.violations).toEqual([]);
  });

  const path = 'additionalModelRequestFields';
  it.each([
    ['claude-sonnet-4.5', thinking('adaptive'), `${path} is not supported for this model`],
    ['auto', { max_tokens: 2048 }, `${path} is not supported for this model`],
    ['claude-opus-5', { temperature: 1 }, `${path}: temperature is not defined in the schema`],
    [
      'claude-opus-5',
      { thinking: { type: 'adaptive', budget_tokens: 1 } },
      `${path}.thinking: budget_tokens is not defined in the schema`,
    ],
    ['claude-opus-5', thinking('enabled'), `${path}.thinking.type: "enabled" is not one of adaptive, disabled`],
    ['claude-opus-5.5', thinking('disabled'), `${path}.thinking.type: "disabled" is not one of adaptive`],
    ['claude-sonnet-5.5', thinking('disabled'), `${path}.thinking.type: "disabled" is not one of adaptive`],
    [
      'claude-opus-4.6',
      thinking('adaptive', 'xhigh'),
      `${path}.output_config.effort: "xhigh" is not one of low, medium, high, max`,
    ],
    ['claude-opus-5', { max_tokens: 1023 }, `${path}.max_tokens: is out of range`],
    ['claude-opus-5', { max_tokens: 2000.5 }, `${path}.max_tokens: is not an integer`],
    ['claude-opus-5', { thinking: 'adaptive' }, `${path}.thinking: is not an object`],
    ['claude-opus-5', { output_config: { effort: 3 } }, `${path}.output_config.effort: is not a string`],
    [
      'gpt-5.6-luna',
      { reasoning: { effort: 'minimal' } },
      `${path}.reasoning.effort: "minimal" is not one of none, low, medium, high, xhigh, max`,
    ],
    ['gpt-5.6-luna', thinking('adaptive'), `${path}: thinking is not defined in the schema`],
  ])('of %s may not be %j', async (modelId, fields, message) => {
    expect(await refusal(withFields(modelId, fields))).toMatchObject({ status: 400, body: { message, reason: null } });
    expect(emulator.violations[0]?.rule).toBe('2.3');
  });

  it('may not be an empty object inside', async () => {
    expect((await refusal(withFields('claude-opus-5', { thinking: {} }))).status).toBe(400);
    expect(emulator.violations[0]).toMatchObject({ rule: '2.3', path: `${path}.thinking` });
  });
});
