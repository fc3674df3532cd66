import { levels } from './effort.ts';

/** What a client's name for a model stands for. */
export interface ResolvedName {
  /** The service's id; for an unknown name, the name itself. */
  readonly id: string;
  readonly known: boolean;
  /** What the name says besides: `…-high`, `…-thinking`. */
  readonly effort?: string;
  readonly thinking?: true;
  /** The listed model that takes the place of one which the service has no more. */
  readonly insteadOf?: string;
}

/** Names besides the listed ones. */
export interface NameOptions {
  /** The user's own names, for ids or for other names. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Models that the service accepts without listing them: their names and ids. */
  readonly hidden?: Readonly<Record<string, string>>;
}

/** Resolves the many ways in which clients write a model's name. `ids` are the listed models. */
export function resolveName(name: string, ids: readonly string[], options: NameOptions = {}): ResolvedName {
  const wanted = follow(name.trim(), options.aliases ?? {});
  const hidden = Object.entries(options.hidden ?? {});
  const known: readonly (readonly [string, string])[] = [...ids.map(id => [id, id] as const), ...hidden];
  const exact = known.find(([written]) => written.toLowerCase() === wanted.toLowerCase());
  if (exact !== undefined) return { id: exact[1], known: true };
  for (const { text, ...extra } of readings(wanted)) {
    const key = keyOf(text);
    const found = known.find(([written]) => keyOf(written) === key);
    if (found !== undefined) return { id: found[1], known: true, ...extra };
    const successor = succeed(text, ids);
    if (successor !== undefined) return { ...successor, ...extra };
  }
  const [plain] = readings(wanted);
  const family = plain === undefined ? undefined : readFamily(plain.text);
  const id = family?.version === undefined ? wanted : `claude-${family.name}-${family.version}`;
  return { id, known: false };
}

/** The known names that look most like an unknown one. */
export function nearNames(name: string, ids: readonly string[], most = 3): readonly string[] {
  const words = wordsOf(name);
  return ids
    .map(id => ({ id, shared: wordsOf(id).filter(word => words.includes(word)).length }))
    .filter(({ shared }) => shared > 0)
    .sort((one, other) => other.shared - one.shared || other.id.localeCompare(one.id, 'en', { numeric: true }))
    .slice(0, most)
    .map(({ id }) => id);
}

function follow(name: string, aliases: Readonly<Record<string, string>>): string {
  const table = new Map(Object.entries(aliases).map(([alias, target]) => [alias.toLowerCase(), target]));
  let current = name;
  for (let step = 0; step < 8; step += 1) {
    const target = table.get(current.toLowerCase());
    if (target === undefined || target === current) break;
    current = target;
  }
  return current;
}

interface Reading {
  readonly text: string;
  readonly effort?: string;
  readonly thinking?: true;
}

// The more of the name a reading keeps, the sooner it counts.
function readings(name: string): readonly Reading[] {
  const found: Reading[] = [];
  let reading: Reading = { text: bare(name) };
  for (;;) {
    found.push(reading);
    const { text } = reading;
    const effort = effortAtEnd.exec(text);
    if (effort !== null) reading = { ...reading, text: text.slice(0, effort.index), effort: effort[1] ?? '' };
    else if (text.endsWith('-thinking'))
      reading = { ...reading, text: text.slice(0, -'-thinking'.length), thinking: true };
    else return found;
  }
}

/** Without provider, region, window, version of the deployment, and date. */
function bare(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/^.*\//, '')
    .replace(/^(?:[a-z-]{2,8}\.)?(?:anthropic|openai|deepseek|minimax|qwen|zai)\./, '')
    .replace(/\[[^\]]*\]$/, '')
    .replace(/@.*$/, '')
    .replace(/:thinking$/, '-thinking')
    .replace(/:[\w.]+$/, '')
    .replace(/-v\d+(?:-\d+)?$/, '')
    .replace(/-(?:20\d{6}|20\d\d-\d\d-\d\d)(?=-|$)/, '')
    .replace(/-latest(?=-|$)/, '');
}

/** The same for all spellings of one model. */
function keyOf(name: string): string {
  const text = bare(name);
  const family = readFamily(text);
  if (family === undefined) return text.replace(/(\d)-(?=\d)/g, '$1.');
  return `claude ${family.name} ${family.version ?? ''}`;
}

interface Family {
  readonly name: string;
  readonly version: string | undefined;
}

/** `claude-opus-4-5`, `claude-4.5-opus`, `opus` … */
function readFamily(text: string): Family | undefined {
  const straight = /^(?:claude-)?([a-z]+)(?:-(\d+(?:[.-]\d+)?))?$/.exec(text);
  const inverted = /^(?:claude-)?(\d+(?:[.-]\d+)?)-([a-z]+)$/.exec(text);
  const name = straight?.[1] ?? inverted?.[2] ?? '';
  if (!families.includes(name)) return undefined;
  const version = (straight?.[2] ?? inverted?.[1])?.replace('-', '.').replace(/\.0$/, '');
  return { name, version };
}

/** A family without a version is its newest model; a version older than all that is listed is the oldest listed one. */
function succeed(text: string, ids: readonly string[]): ResolvedName | undefined {
  const wanted = readFamily(text);
  if (wanted === undefined) return undefined;
  const listed = ids
    .map(id => ({ id, family: readFamily(bare(id)) }))
    .filter(({ family }) => family?.name === wanted.name && family.version !== undefined)
    .sort((one, other) => Number(one.family?.version) - Number(other.family?.version));
  const [oldest] = listed;
  const newest = listed.at(-1);
  if (oldest === undefined || newest === undefined) return undefined;
  if (wanted.version === undefined) return { id: newest.id, known: true };
  if (Number(wanted.version) >= Number(oldest.family?.version)) return undefined;
  return { id: oldest.id, known: true, insteadOf: `claude-${wanted.name}-${wanted.version}` };
}

const wordsOf = (name: string): readonly string[] => bare(name).match(/[a-z]+|\d+(?:\.\d+)?/g) ?? [];

const effortAtEnd = new RegExp(`-(${levels.join('|')})$`);
const families = ['opus', 'sonnet', 'haiku', 'fable'];
