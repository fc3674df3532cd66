import type { GatewayKeys } from './key.ts';
import { paint } from './print.ts';
import { type ShellName, usageIn } from './shells.ts';
import type { Screen } from './world.ts';

export interface BannerFacts {
  readonly version: string;
  readonly url: string;
  readonly keys: GatewayKeys;
  readonly shell: ShellName;
  readonly emulated: boolean;
  /** What prints the variables for it. */
  readonly env: string;
}

/** What a person reads when the gateway listens; the account and its models follow when they are known. */
export function writeBanner(facts: BannerFacts, screen: Screen): string {
  const { bold, yellow } = paint(screen);
  const lines = [
    `${bold(`kiro-gw ${facts.version}`)} listens on ${bold(facts.url)}`,
    ...(facts.emulated
      ? [
          yellow('This is the emulator: no real model is behind it, and every answer is made up on this machine.'),
          titled('try', curlLine(facts), screen),
        ]
      : [
          titled('key', whereKeyIs(facts.keys), screen),
          titled('next', `${usageIn(facts.shell, facts.env)}, then start Claude Code or any OpenAI client`, screen),
        ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** A line of the banner under its word. */
export const titled = (word: string, text: string, screen: Screen): string =>
  `${paint(screen).dim(word.padEnd(7))} ${text}`;

function whereKeyIs({ own, file }: GatewayKeys): string {
  const hint = `${own.slice(0, 4)}…${own.length >= 16 ? own.slice(-4) : ''}`;
  return file === undefined ? `${hint}, from the settings` : `${hint}, kept in ${file}`;
}

function curlLine({ url, keys }: BannerFacts): string {
  const body = JSON.stringify({ model: 'auto', stream: true, messages: [{ role: 'user', content: 'Hello!' }] });
  return `curl -N ${url}/v1/chat/completions -H 'Authorization: Bearer ${keys.own.replaceAll("'", "'\\''")}' -H 'Content-Type: application/json' -d '${body}'`;
}
