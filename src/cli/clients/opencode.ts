import { join } from 'node:path';
import type { Model } from '../../core/model.ts';
import { type Client, exportKey, keyVariable, type SetupFacts } from './client.ts';

// https://opencode.ai/docs/config
export const opencode: Client = {
  title: 'opencode',
  files: facts => [
    {
      path: configFile(facts),
      form: 'json',
      edits: [
        { path: ['$schema'], value: 'https://opencode.ai/config.json', unlessSet: true },
        { path: ['provider', 'kiro-gw'], value: writeProvider(facts, keyOf(facts)) },
        { path: ['model'], value: `kiro-gw/${facts.model}` },
      ],
    },
  ],
  notes: facts => (facts.keyFile === undefined ? [exportKey(facts)] : []),
};

/** The gateway as a provider. */
export function writeProvider({ address, models }: Pick<SetupFacts, 'address' | 'models'>, apiKey: string): object {
  return {
    name: 'Kiro by kiro-gw',
    npm: '@ai-sdk/anthropic',
    options: { baseURL: `${address}/v1`, apiKey },
    models: Object.fromEntries(models.map(model => [model.id, writeModel(model)])),
  };
}

function writeModel({ name, inputs, thinks, maxInputTokens, maxOutputTokens }: Model): object {
  return {
    name,
    attachment: inputs.includes('image'),
    reasoning: thinks,
    tool_call: true,
    modalities: { input: inputs, output: ['text'] },
    // It takes both or neither.
    limit: { context: maxInputTokens ?? 200_000, output: maxOutputTokens ?? 32_000 },
  };
}

function configFile({ env, home, exists }: SetupFacts): string {
  const folder = join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'opencode');
  const files = ['opencode.jsonc', 'opencode.json', 'config.json'].map(name => join(folder, name));
  return files.find(exists) ?? join(folder, 'opencode.json');
}

const keyOf = ({ keyFile }: SetupFacts): string =>
  keyFile === undefined ? `{env:${keyVariable}}` : `{file:${keyFile}}`;
