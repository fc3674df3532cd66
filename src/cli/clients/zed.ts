import { join } from 'node:path';
import { type Client, exportKey, type SetupFacts, writeCommand } from './client.ts';

// https://zed.dev/docs/ai/use-api-access: it names the variable of the key after the provider.
export const zed: Client = {
  title: 'Zed',
  files: facts => [
    {
      path: configFile(facts),
      form: 'json',
      edits: [
        {
          path: ['language_models', 'openai_compatible', 'kiro-gw'],
          value: {
            api_url: `${facts.address}/v1`,
            available_models: facts.models.map(({ id, name, inputs, maxInputTokens, maxOutputTokens }) => ({
              name: id,
              display_name: name,
              max_tokens: maxInputTokens ?? 200_000,
              ...(maxOutputTokens === undefined ? {} : { max_output_tokens: maxOutputTokens }),
              capabilities: {
                tools: true,
                images: inputs.includes('image'),
                parallel_tool_calls: true,
                prompt_cache_key: true,
              },
            })),
          },
        },
        { path: ['agent', 'default_model'], value: { provider: 'kiro-gw', model: facts.model } },
      ],
    },
  ],
  notes: facts => [
    'Zed keeps keys out of its settings. Enter it in its agent settings, under kiro-gw; this prints it:',
    `  ${writeCommand(facts.keyCommand)}`,
    `or start Zed from a shell with: ${exportKey(facts)}`,
  ],
};

function configFile({ env, home, platform }: SetupFacts): string {
  if (platform === 'win32') return join(env['APPDATA'] || join(home, 'AppData', 'Roaming'), 'Zed', 'settings.json');
  const folder = (platform === 'linux' && env['XDG_CONFIG_HOME']) || join(home, '.config');
  return join(folder, 'zed', 'settings.json');
}
