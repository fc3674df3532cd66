import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Block } from '../../core/chat.ts';
import { nearNames } from '../../kiro/names.ts';
import { UsageError } from '../exit.ts';
import { writeNamed } from '../file-problem.ts';
import type { Gateway } from '../gateway.ts';
import { nearest } from '../nearest.ts';
import { asWord, paint } from '../print.ts';
import type { World } from '../world.ts';
import { exportAs } from './export.ts';
import type { Talk, Wishes } from './talk.ts';

/** A conversation in a terminal, as its commands see it. */
export interface Scene {
  readonly gateway: Gateway;
  readonly world: World;
  readonly talk: Talk;
  wishes: Wishes;
  /** What goes with the next question. */
  files: readonly Block[];
  readonly signal: AbortSignal;
}

interface Slash {
  readonly usage: string;
  readonly help: string;
  run(rest: string, scene: Scene): Promise<string> | string;
}

/** Whether a message is a command and not a question. */
export const isSlash = (text: string): boolean => /^\/[a-z?]*(\s|$)/i.test(text);

/** Does what a command says; gives what there is to say about it. Throws `UsageError`. */
export async function runSlash(text: string, scene: Scene): Promise<string> {
  const [, name = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  const slash = slashes[name === '' || name === '?' ? 'help' : name.toLowerCase()];
  if (slash === undefined) {
    const near = nearest(name, Object.keys(slashes));
    const hint = near === undefined ? '' : ` Did you mean /${near}?`;
    throw new UsageError(`There is no /${name}.${hint} /help lists what there is.`);
  }
  return slash.run(rest.trim(), scene);
}

/** Throws `UsageError` for a model that the account does not have. */
export async function checkModel(name: string, { kiro }: Gateway, list: string): Promise<void> {
  if ((await kiro.model(name)) !== undefined) return;
  const near = nearNames(
    name,
    (await kiro.models()).map(({ id }) => id),
  );
  const hint = near.length === 0 ? '' : ` Near names: ${near.join(', ')}.`;
  throw new UsageError(`The account has no model "${name}".${hint} See all: ${list}`);
}

const slashes: Readonly<Record<string, Slash>> = {
  model: {
    usage: '/model [name]',
    help: 'ask another model; without a name, list them',
    async run(name, scene) {
      const { kiro } = scene.gateway;
      if (name === '') {
        const { bold } = paint(scene.world.output);
        const ids = (await kiro.models()).map(({ id }) => (id === scene.wishes.model ? bold(`* ${id}`) : `  ${id}`));
        return ids.join('\n');
      }
      await checkModel(name, scene.gateway, '/model');
      scene.wishes = { ...scene.wishes, model: name };
      return `Now asking ${name}.`;
    },
  },
  file: {
    usage: '/file <path>',
    help: 'send a file with the next question: text, image, PDF, pattern or web address',
    async run(path, scene) {
      if (path === '') throw new UsageError('Which file? /file <path>');
      const { readFiles } = await import('./files.ts');
      const added = await readFiles([asTyped(path, scene.world)], scene.gateway.media, scene.signal);
      scene.files = [...scene.files, ...added];
      return `${scene.files.length === 1 ? 'One file goes' : `${scene.files.length} files go`} with the next question.`;
    },
  },
  effort: {
    usage: '/effort <level>',
    help: 'how hard to think: none, minimal, low, medium, high, xhigh or max',
    run(level, scene) {
      if (!efforts.includes(level)) {
        throw new UsageError('/effort takes none, minimal, low, medium, high, xhigh or max.');
      }
      scene.wishes = { ...scene.wishes, effort: level };
      return `Thinking effort is ${level} now.`;
    },
  },
  clear: {
    usage: '/clear',
    help: 'begin anew; what was said stays in the history',
    run(_, scene) {
      scene.talk.clear();
      scene.files = [];
      return 'A new conversation.';
    },
  },
  save: {
    usage: '/save <name>',
    help: 'name the conversation, or write it to a file that ends in .md or .json',
    run(name, { talk }) {
      if (name === '') throw new UsageError('Under which name? /save <name>');
      if (talk.messages().length === 0) throw new UsageError('There is nothing to save yet.');
      if (/\.(md|json)$/.test(name)) {
        writeNamed(name, exportAs(name.endsWith('.md') ? 'markdown' : 'json', talk.messages()));
        return `Written to ${name}.`;
      }
      if (!talk.save(name)) throw new UsageError('Nothing is kept of this conversation (--no-history).');
      return `Kept. To go on with it later: kiro-gw chat --conversation ${asWord(name)}`;
    },
  },
  usage: {
    usage: '/usage',
    help: 'show what this conversation took, and the credits left',
    async run(_, { gateway, talk, world, signal }) {
      const { writeUsage } = await import('../commands/usage.ts');
      const usages = talk.messages().flatMap(({ usage }) => usage ?? []);
      const sum = (read: (usage: (typeof usages)[number]) => number | undefined): number =>
        usages.reduce((total, usage) => total + (read(usage) ?? 0), 0);
      const credits = Math.round(sum(usage => usage.credits) * 1000) / 1000;
      const here = `This conversation: ${sum(usage => usage.inputTokens)} tokens in, ${sum(usage => usage.outputTokens)} out, ${credits} credits.`;
      return `${here}\n${writeUsage(await gateway.kiro.usage(signal), world).trimEnd()}`;
    },
  },
  help: {
    usage: '/help',
    help: 'show this',
    run: (_, { world: { output } }) =>
      [
        ...Object.values(slashes).map(({ usage, help }) => hang(usage.padEnd(17), help, output.columns)),
        '',
        hang(
          '',
          'A line that ends with \\ goes on in the next one; """ begins and ends several lines.',
          output.columns,
        ),
        hang('', 'Ctrl-C stops an answer, and a second one leaves; so does Ctrl-D.', output.columns),
      ].join('\n'),
  },
  exit: { usage: '/exit', help: 'leave', run: () => '' },
};

/** The commands, as they are typed; with a space where something follows. */
export const slashNames: readonly string[] = Object.entries(slashes).map(
  ([name, { usage }]) => `/${name}${usage.includes(' ') ? ' ' : ''}`,
);

/** The levels of thinking. */
export const efforts: readonly string[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

// Text that is too long for its line goes on below itself.
function hang(head: string, text: string, columns: number): string {
  const lines = Bun.wrapAnsi(text, Math.max(20, columns - head.length)).split('\n');
  return `${head}${lines.join(`\n${' '.repeat(head.length)}`)}`;
}

// As other programs and the shell write a path: between quotes, with signs before spaces, from the home folder.
function asTyped(text: string, { folders }: World): string {
  if (existsSync(text)) return text;
  const [, , quoted] = /^(["'])(.*)\1$/.exec(text) ?? [];
  const plain = quoted ?? text.replaceAll(/\\(?=[^\w*?[{])/g, '');
  return /^~(?=[\\/])/.test(plain) ? join(folders.home, plain.slice(1)) : plain;
}
