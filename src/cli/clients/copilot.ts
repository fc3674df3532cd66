import { type Client, exportKey } from './client.ts';

// https://docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/use-byok-models: it reads the environment alone.
export const copilot: Client = {
  title: 'Copilot CLI',
  files: () => [],
  notes: facts => [
    ...Object.entries(copilotVariables(facts.address, facts.model)).map(([name, value]) => `export ${name}=${value}`),
    exportKey(facts, 'COPILOT_PROVIDER_API_KEY'),
  ],
};

/** All but the key. */
export const copilotVariables = (address: string, model: string): Readonly<Record<string, string>> => ({
  COPILOT_PROVIDER_TYPE: 'anthropic',
  COPILOT_PROVIDER_BASE_URL: address,
  COPILOT_MODEL: model,
});
