import { aider } from './aider.ts';
import { claudeCode } from './claude-code.ts';
import type { Client } from './client.ts';
import { cline } from './cline.ts';
import { codex } from './codex.ts';
import { continueDev } from './continue.ts';
import { copilot } from './copilot.ts';
import { crush } from './crush.ts';
import { opencode } from './opencode.ts';
import { qwenCode } from './qwen-code.ts';
import { zed } from './zed.ts';

/** The clients that can be set up, by the names on the command line. */
export const clients = {
  'claude-code': claudeCode,
  codex,
  opencode,
  'qwen-code': qwenCode,
  crush,
  cline,
  continue: continueDev,
  zed,
  aider,
  copilot,
} as const satisfies Readonly<Record<string, Client>>;

export type ClientName = keyof typeof clients;

export const clientNames = Object.keys(clients) as readonly ClientName[];
