import { join } from 'node:path';
import { type Client, type SetupFacts, writeCommand } from './client.ts';

// https://github.com/charmbracelet/crush#custom-providers
export const crush: Client = {
  title: 'Crush',
  files: facts => [
    {
      path: configFile(facts),
      form: 'json',
      edits: [
        { path: ['$schema'], value: 'https://charm.land/crush.json', unlessSet: true },
        { path: ['providers', 'kiro-gw'], value: writeProvider(facts, `$(${writeCommand(facts.keyCommand)})`) },
        { path: ['models', 'large'], value: { provider: 'kiro-gw', model: facts.model } },
        { path: ['models', 'small'], value: { provider: 'kiro-gw', model: facts.model } },
      ],
    },
  ],
};

/** The gateway as a provider. */
export function writeProvider({ address, models }: Pick<SetupFacts, 'address' | 'models'>, apiKey: string): object {
  return {
    name: 'Kiro by kiro-gw',
    type: 'anthropic',
    base_url: address,
    api_key: apiKey,
    models: models.map(({ id, name, maxInputTokens, maxOutputTokens, thinks, inputs }) => ({
      id,
      name,
      context_window: maxInputTokens ?? 200_000,
      default_max_tokens: Math.min(maxOutputTokens ?? 32_000, 32_000),
      can_reason: thinks,
      supports_attachments: inputs.includes('image'),
    })),
  };
}

function configFile({ env, home, platform }: SetupFacts): string {
  const folder = platform === 'win32' ? env['LOCALAPPDATA'] || join(home, 'AppData', 'Local') : join(home, '.config');
  return join(env['CRUSH_GLOBAL_CONFIG'] || join(env['XDG_CONFIG_HOME'] || folder, 'crush'), 'crush.json');
}
