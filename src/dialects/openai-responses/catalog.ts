// The list of models as Codex reads it: https://github.com/openai/codex/blob/main/codex-rs/protocol/src/openai_models.rs
import type { JsonObject } from '../../core/chat.ts';
import type { Model } from '../../core/model.ts';

/**
 * The answer of `GET /v1/models?client_version=…`. Codex drops the whole list over one entry that lacks a member or has
 * a word that its version does not know, so every entry has all members that any version requires.
 */
export function writeCatalog(models: readonly Model[], clientVersion: string): JsonObject {
  const known = levelsOf(clientVersion);
  const ranked = [...models].sort((one, other) => Number(other.isDefault) - Number(one.isDefault));
  return { models: ranked.map((model, index) => writeEntry(model, index, known)) };
}

function writeEntry(model: Model, priority: number, known: ReadonlyMap<string, string>): JsonObject {
  const efforts = model.efforts.filter(effort => known.has(effort));
  const window = model.maxInputTokens === undefined ? null : Math.floor(model.maxInputTokens);
  return {
    slug: model.id,
    display_name: model.name,
    description: model.description ?? model.name,
    default_reasoning_level: defaultLevel(efforts),
    supported_reasoning_levels: efforts.map(effort => ({ effort, description: known.get(effort) ?? effort })),
    shell_type: 'shell_command',
    visibility: 'list',
    minimal_client_version: [0, 0, 1],
    supported_in_api: true,
    priority,
    additional_speed_tiers: [],
    service_tiers: [],
    availability_nux: null,
    upgrade: null,
    base_instructions: instructions,
    include_skills_usage_instructions: true,
    supports_reasoning_summaries: model.thinks,
    supports_reasoning_summary_parameter: model.thinks,
    default_reasoning_summary: 'auto',
    reasoning_summary_format: 'none',
    support_verbosity: false,
    default_verbosity: null,
    // Only GPT models were taught the patch language; the others edit files through the shell.
    apply_patch_tool_type: model.id.startsWith('gpt-') ? 'freeform' : null,
    web_search_tool_type: 'text',
    truncation_policy: { mode: 'tokens', limit: 10_000 },
    supports_parallel_tool_calls: true,
    supports_image_detail_original: false,
    context_window: window,
    max_context_window: window,
    auto_compact_token_limit: null,
    effective_context_window_percent: 95,
    experimental_supported_tools: [],
    input_modalities: ['text', ...model.inputs.filter(input => input !== 'text')],
    supports_search_tool: false,
    use_responses_lite: false,
  };
}

function defaultLevel(efforts: readonly string[]): string {
  return efforts.includes('medium') ? 'medium' : (efforts[Math.floor(efforts.length / 2)] ?? 'none');
}

// Older versions read the levels as a closed list, and `max` was not on it.
function levelsOf(clientVersion: string): ReadonlyMap<string, string> {
  const [major = 0, minor = 0] = clientVersion.split('.').map(part => Number.parseInt(part, 10) || 0);
  return major > 0 || minor >= 160 ? new Map([...levels, ...newLevels]) : levels;
}

const levels: ReadonlyMap<string, string> = new Map([
  ['none', 'Answers without thinking first'],
  ['minimal', 'Thinks as little as it can'],
  ['low', 'Quick answers with little thinking'],
  ['medium', 'A balance of speed and depth'],
  ['high', 'Thinks longer, for hard problems'],
  ['xhigh', 'Thinks very long, for the hardest problems'],
]);

const newLevels: ReadonlyMap<string, string> = new Map([['max', 'Thinks as long as it can']]);

const instructions = [
  "You are a coding agent that works in a terminal, in the user's own workspace, through the Codex program.",
  'Do what the user asks, completely, with the tools that you are given: look at the files before you change them,',
  'follow the conventions that you find, change no more than the task needs, and check your work by running it or its',
  'tests where that is possible. Never undo or overwrite work of the user that you were not asked to touch.',
  'Say briefly what you are about to do, and at the end what you did and what is left. Be concise and exact.',
].join('\n');
