import { define } from '../setting.ts';
import { duration, list, oneOf, pairs, whole, yesNo } from '../values.ts';

/** Which models there are, and how requests are translated for them. */
export const models = {
  modelAliases: define(
    'models',
    'MODEL_ALIASES',
    pairs('fast=claude-haiku-4.5,deep=claude-opus-4.6'),
    'names of your own for models: fast=claude-haiku-4.5,…',
    {
      fallback: '',
    },
  ),
  hiddenModels: define(
    'models',
    'HIDDEN_MODELS',
    pairs('a-name=AN_ID,another=ANOTHER_ID'),
    'models that the service accepts without listing them: name=id,…',
    { fallback: 'claude-3.7-sonnet=CLAUDE_3_7_SONNET_20250219_V1_0' },
  ),
  hiddenFromList: define('models', 'HIDDEN_FROM_LIST', list, 'models not to list, though they work', {
    fallback: '',
  }),
  toolDescriptionMaxLength: define(
    'models',
    'TOOL_DESCRIPTION_MAX_LENGTH',
    whole(0),
    'longer tool descriptions move to the system text',
    { fallback: '10000' },
  ),
  mediaAllowPrivate: define('models', 'MEDIA_ALLOW_PRIVATE', yesNo, 'fetch images also from private addresses', {
    fallback: 'false',
  }),
  mediaFetchTimeout: define(
    'models',
    'MEDIA_FETCH_TIMEOUT',
    duration,
    'how long fetching one image or document may take',
    {
      fallback: '15',
    },
  ),
  truncationRecovery: define(
    'models',
    'TRUNCATION_RECOVERY',
    yesNo,
    'tell the model when its last tool call was cut for size',
    { fallback: 'true' },
  ),
  fakeReasoning: define(
    'models',
    'FAKE_REASONING',
    yesNo,
    'ask models without thinking of their own to think in tags, also unasked',
    { fallback: 'false' },
  ),
  fakeReasoningMaxTokens: define('models', 'FAKE_REASONING_MAX_TOKENS', whole(1), 'how long such thinking may be', {
    fallback: '4000',
  }),
  fakeReasoningHandling: define(
    'models',
    'FAKE_REASONING_HANDLING',
    oneOf('as_reasoning_content', 'remove', 'pass', 'strip_tags'),
    'what becomes of it: as_reasoning_content, remove, pass or strip_tags',
    { fallback: 'as_reasoning_content' },
  ),
} as const;
