import { join } from 'node:path';
import { UsageError } from '../exit.ts';
import { type Client, exportKey, keyVariable, type ListEdit, type SetupFacts } from './client.ts';

// https://docs.continue.dev/reference
export const continueDev: Client = {
  title: 'Continue',
  files(facts) {
    const folder = facts.env['CONTINUE_GLOBAL_DIR'] || join(facts.home, '.continue');
    const path = join(folder, 'config.yaml');
    if (!facts.exists(path) && facts.exists(join(folder, 'config.json'))) {
      throw new UsageError(
        `Continue still has its older config.json in ${folder}, which a config.yaml would put out of force. Convert it in Continue first: https://docs.continue.dev/reference/yaml-migration`,
      );
    }
    return [{ path, form: 'yaml', isSecret: facts.withKey, edits: [...heading, writeModels(facts, keyOf(facts))] }];
  },
  notes: facts =>
    facts.withKey ? [] : [`Continue reads the key from ~/.continue/.env, or from the environment:`, exportKey(facts)],
};

/** The models of the gateway as entries of its list. */
export function writeModels(
  { address, models, model }: Pick<SetupFacts, 'address' | 'models' | 'model'>,
  apiKey: string,
): ListEdit {
  // The first one is the one to begin with.
  const first = models.toSorted((one, other) => Number(other.id === model) - Number(one.id === model));
  return {
    path: ['models'],
    mark: { field: 'name', ending: mark },
    entries: first.map(({ id, name, inputs, maxInputTokens, maxOutputTokens }) => ({
      name: `${name}${mark}`,
      provider: 'openai',
      model: id,
      apiBase: `${address}/v1`,
      apiKey,
      roles: ['chat', 'edit', 'apply'],
      capabilities: ['tool_use', ...(inputs.includes('image') ? ['image_input'] : [])],
      defaultCompletionOptions: {
        ...(maxInputTokens === undefined ? {} : { contextLength: maxInputTokens }),
        ...(maxOutputTokens === undefined ? {} : { maxTokens: Math.min(maxOutputTokens, 32_000) }),
      },
    })),
  };
}

/** What a file of its own begins with. */
export const heading = [
  { path: ['name'], value: 'Main Config', unlessSet: true },
  { path: ['version'], value: '1.0.0', unlessSet: true },
  { path: ['schema'], value: 'v1', unlessSet: true },
] as const;

const keyOf = ({ withKey, key }: SetupFacts): string => (withKey ? key : `\${{ secrets.${keyVariable} }}`);

const mark = ' (kiro-gw)';
