// How the text of a setting becomes its value. A reader throws an Error that completes "… must be".

import { chooseProxies } from '../kiro/proxies.ts';

export type Read<T> = (text: string) => T;

/** A problem with a value: completes the sentence "SERVER_PORT must be …". */
export class ValueError extends Error {
  override readonly name = 'ValueError';
}

/** Any text but the empty one. */
export const words: Read<string> = text => {
  if (text.trim() === '') throw new ValueError('a text that is not empty');
  return text.trim();
};

export const whole =
  (lowest: number, highest = Number.MAX_SAFE_INTEGER): Read<number> =>
  text => {
    const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (value >= lowest && value <= highest) return value;
    const range = highest === Number.MAX_SAFE_INTEGER ? `of at least ${lowest}` : `from ${lowest} to ${highest}`;
    throw new ValueError(`a whole number ${range}`);
  };

/** Written in seconds (`1.5`, also `1.5s`, `200ms`, `2m`); the value is in milliseconds. */
export const duration: Read<number> = text => {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(text.trim().toLowerCase()) ?? [];
  if (amount === undefined) throw new ValueError('a number of seconds, such as 1.5');
  return Math.round(Number(amount) * (unitLengths[unit] ?? 1000));
};
const unitLengths: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

export const yesNo: Read<boolean> = text => {
  const value = text.trim().toLowerCase();
  if (['true', '1', 'yes', 'on'].includes(value)) return true;
  if (['false', '0', 'no', 'off', ''].includes(value)) return false;
  throw new ValueError('true or false');
};

export const oneOf =
  <const T extends string>(...choices: readonly T[]): Read<T> =>
  text => {
    const found = choices.find(choice => choice === text.trim().toLowerCase());
    if (found === undefined) throw new ValueError(`one of ${choices.join(', ')}`);
    return found;
  };

/** Separated by commas, or a JSON list. */
export const list: Read<readonly string[]> = text => {
  const value = text.trim();
  if (value.startsWith('[')) {
    const parsed = json(value);
    if (Array.isArray(parsed) && parsed.every(entry => typeof entry === 'string')) return parsed;
    throw new ValueError('a list of texts');
  }
  return value.split(',').flatMap(entry => (entry.trim() === '' ? [] : [entry.trim()]));
};

/** `name=value,name=value`, or a JSON object; the example is for who writes something else. */
export const pairs =
  (example: string): Read<Readonly<Record<string, string>>> =>
  text => {
    const value = text.trim();
    const entries = value.startsWith('{') ? Object.entries(json(value) ?? {}) : list(value).map(half);
    const good = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '');
    if (good.length !== entries.length) throw new ValueError(`pairs such as ${example}`);
    return Object.fromEntries(good);
  };

export const webAddress: Read<string> = text => {
  const value = text.trim();
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value.replace(/\/+$/, '');
  throw new ValueError('an address that begins with https:// or http://');
};

export const proxyAddress: Read<string> = text => {
  try {
    chooseProxies({ proxy: words(text) });
  } catch {
    throw new ValueError('an address that begins with http://, https:// or socks5://');
  }
  return text.trim();
};

export const region: Read<string> = text => {
  const value = text.trim();
  if (!/^[a-z]{2}(-gov)?-[a-z]+-\d$/.test(value)) throw new ValueError('an AWS region such as us-east-1');
  return value;
};

function half(entry: string): [string, unknown] {
  const at = entry.search(/[=:]/);
  return at < 1 ? [entry, undefined] : [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ValueError('valid JSON');
  }
}
