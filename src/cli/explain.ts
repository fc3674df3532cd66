import { ChatError } from '../core/errors.ts';
import { UsageError } from './exit.ts';
import { explainFile } from './file-problem.ts';
import { withoutSecrets } from './log.ts';
import { paint } from './print.ts';
import type { World } from './world.ts';

/** Says on standard error what went wrong, and where. */
export function explain(thrown: unknown, world: World): void {
  const { red } = paint(world.errors);
  if (thrown instanceof ChatError || thrown instanceof UsageError) {
    world.errors.write(`${red('error:')} ${thrown.message}\n`);
    if (thrown instanceof ChatError && thrown.file !== undefined) world.errors.write(`file: ${thrown.file}\n`);
    return;
  }
  const file = explainFile(thrown);
  if (file !== undefined) {
    world.errors.write(`${red('error:')} ${file}\n`);
    return;
  }
  // A bug: the one case in which a stack helps whoever reads it.
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  world.errors.write(`${red('kiro-gw failed unexpectedly:')} ${withoutSecrets(text)}\n`);
}
