import { join } from 'node:path';
import { keyVariable } from './client.ts';
import { writeProviders } from './cline.ts';
import { heading, writeModels } from './continue.ts';
import { copilotVariables } from './copilot.ts';
import { writeProvider as writeCrushProvider } from './crush.ts';
import { loadLanguage } from './documents.ts';
import { makeEdits } from './edits.ts';
import type { Launch } from './launch.ts';
import { writeProvider as writeOpencodeProvider } from './opencode.ts';

/** What a program needs beside the usual variables; nothing for one that nobody here knows. */
export async function findLaunch(command: string): Promise<Launch | undefined> {
  const name =
    command
      .split(/[\\/]/)
      .at(-1)
      ?.replace(/\.(exe|cmd|bat|ps1)$/i, '') ?? '';
  return Object.hasOwn(launches, name) ? launches[name]?.() : undefined;
}

const isGiven = (args: readonly string[], ...names: readonly string[]): boolean =>
  args.some(arg => names.some(name => arg === name || arg.startsWith(`${name}=`)));

const claude: Launch = ({ address, key, model, isModelChosen, env, home, folder, args, read }) => {
  const settings = read(join(env['CLAUDE_CONFIG_DIR'] || join(home, '.claude'), 'settings.json')) ?? '';
  // Its settings count before the environment, and what it is called with before those.
  const isLedElsewhere = settings.includes('ANTHROPIC_') && !isGiven(args, '--settings');
  const variables = {
    ANTHROPIC_BASE_URL: address,
    ANTHROPIC_AUTH_TOKEN: key,
    CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
    ...(isModelChosen ? { ANTHROPIC_MODEL: model } : {}),
  };
  return {
    variables,
    without: ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX', 'CLAUDE_CODE_USE_FOUNDRY'],
    ...(isLedElsewhere
      ? {
          args: ['--settings', join(folder, 'settings.json')],
          files: { 'settings.json': JSON.stringify({ env: variables }) },
        }
      : {}),
  };
};

const codex: Launch = ({ address, model }) => {
  const provider = [
    `name = "Kiro by kiro-gw"`,
    `base_url = ${JSON.stringify(`${address}/v1`)}`,
    `wire_api = "responses"`,
    `env_key = "${keyVariable}"`,
  ];
  return {
    args: [
      ...['-c', 'model_provider="kiro-gw-run"'],
      ...['-c', `model_providers.kiro-gw-run={ ${provider.join(', ')} }`],
      ...['-c', `model=${JSON.stringify(model)}`],
    ],
  };
};

// Kilo is made from opencode.
const likeOpencode =
  (variable: string): Launch =>
  facts => ({
    variables: {
      [variable]: JSON.stringify({
        provider: { 'kiro-gw': writeOpencodeProvider(facts, `{env:${keyVariable}}`) },
        model: `kiro-gw/${facts.model}`,
      }),
    },
  });

const qwen: Launch = ({ model, args }) => ({
  variables: { OPENAI_MODEL: model },
  args: isGiven(args, '--auth-type') ? [] : ['--auth-type', 'openai'],
});

const crush: Launch = facts => ({
  variables: { CRUSH_GLOBAL_CONFIG: facts.folder },
  files: {
    'crush.json': JSON.stringify({
      providers: { 'kiro-gw': writeCrushProvider(facts, `$${keyVariable}`) },
      models: {
        large: { provider: 'kiro-gw', model: facts.model },
        small: { provider: 'kiro-gw', model: facts.model },
      },
    }),
  },
});

const pi: Launch = ({ address, models, model, folder }) => ({
  variables: { PI_CODING_AGENT_DIR: folder },
  files: {
    'models.json': JSON.stringify({
      providers: {
        'kiro-gw': {
          baseUrl: address,
          apiKey: keyVariable,
          api: 'anthropic-messages',
          models: models.map(({ id, name, inputs, thinks, maxInputTokens, maxOutputTokens }) => ({
            id,
            name,
            reasoning: thinks,
            input: inputs,
            ...(maxInputTokens === undefined ? {} : { contextWindow: maxInputTokens }),
            ...(maxOutputTokens === undefined ? {} : { maxTokens: maxOutputTokens }),
          })),
        },
      },
    }),
    'settings.json': JSON.stringify({ defaultProvider: 'kiro-gw', defaultModel: model }),
  },
});

const copilot: Launch = ({ address, key, model }) => ({
  variables: { ...copilotVariables(address, model), COPILOT_PROVIDER_API_KEY: key },
});

const aider: Launch = ({ address, key, model }) => ({
  variables: {
    AIDER_OPENAI_API_BASE: `${address}/v1`,
    AIDER_OPENAI_API_KEY: key,
    AIDER_MODEL: `openai/${model}`,
  },
});

async function cline(): Promise<Launch> {
  const json = await loadLanguage('json');
  return facts => ({
    args: ['--data-dir', facts.folder],
    files: { 'settings/providers.json': makeEdits('', writeProviders(facts), json) },
  });
}

async function continueDev(): Promise<Launch> {
  const yaml = await loadLanguage('yaml');
  return facts => ({
    args: isGiven(facts.args, '--config') ? [] : ['--config', join(facts.folder, 'config.yaml')],
    files: { 'config.yaml': makeEdits('', [...heading, writeModels(facts, facts.key)], yaml) },
  });
}

const launches: Readonly<Record<string, () => Launch | Promise<Launch>>> = {
  claude: () => claude,
  codex: () => codex,
  opencode: () => likeOpencode('OPENCODE_CONFIG_CONTENT'),
  kilo: () => likeOpencode('KILO_CONFIG_CONTENT'),
  qwen: () => qwen,
  crush: () => crush,
  pi: () => pi,
  copilot: () => copilot,
  aider: () => aider,
  cline,
  cn: continueDev,
};
