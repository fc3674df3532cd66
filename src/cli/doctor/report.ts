import { userInfo } from 'node:os';
import { withoutSecrets } from '../log.ts';
import type { World } from '../world.ts';
import type { Fact } from './fact.ts';

/** The facts as Markdown for a bug report: without names, accounts, organisations and secrets. */
export function writeReport(facts: readonly Fact[], world: World): string {
  const lines = facts.map(({ state, topic, text, mend }) => {
    const remedy = mend === undefined ? '' : ` (${mend})`;
    return `${marks[state]} ${topic}: ${text}${remedy}`;
  });
  return `### kiro-gw doctor\n\n\`\`\`\n${lines.map(line => withoutIdentity(line, world)).join('\n')}\n\`\`\`\n`;
}

/** Blots out who somebody is. */
export function withoutIdentity(text: string, { folders }: Pick<World, 'folders'>, user = userName()): string {
  const plain = withoutSecrets(text)
    .replaceAll(folders.home, '~')
    .replaceAll(/[\w.+-]+@[\w-]+\.[\w.-]+/g, '<email>')
    .replaceAll(/(arn:aws[\w-]*:\w+:[\w-]*:)\d{12}:(\w+)\/[\w-]+/g, '$1<account>:$2/<id>')
    .replaceAll(/\b\d{12}\b/g, '<account>')
    .replaceAll(/https?:\/\/(?!view\.)[\w-]+\.awsapps\.com/g, 'https://<organisation>.awsapps.com')
    .replaceAll(/(\/\/)[^/\s@]+@/g, '$1<user>@');
  return user.length < 3 ? plain : plain.replaceAll(new RegExp(`\\b${RegExp.escape(user)}\\b`, 'g'), '<user>');
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

const marks = { fine: 'ok  ', notable: 'note', broken: 'FAIL' } as const;
