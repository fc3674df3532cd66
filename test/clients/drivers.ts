import type { Driver } from './driver.ts';
import { claudeCodes, claudeCodeWithSearch } from './drivers/claude-code.ts';
import { cline } from './drivers/cline.ts';
import { codexes } from './drivers/codex.ts';
import { continueCli } from './drivers/continue.ts';
import { copilot } from './drivers/copilot.ts';
import { libraries } from './drivers/libraries.ts';
import { kilo, opencode } from './drivers/opencode.ts';
import { pi } from './drivers/pi.ts';
import { qwen } from './drivers/qwen.ts';

/** Every client of the matrix, in the order of its table. */
export const drivers: readonly Driver[] = [
  ...claudeCodes,
  claudeCodeWithSearch,
  ...codexes,
  opencode,
  cline,
  copilot,
  qwen,
  pi,
  continueCli,
  kilo,
  ...libraries,
];
