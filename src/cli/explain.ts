import { ChatError, type ErrorKind } from '../core/errors.ts';
import { UsageError } from './exit.ts';
import { explainFile } from './file-problem.ts';
import { withoutSecrets } from './log.ts';
import { paint } from './print.ts';
import type { World } from './world.ts';

/** Says on standard error what went wrong, and where. */
export function explain(thrown: unknown, world: World): void {
  const { red } = paint(world.errors);
  if (thrown instanceof ChatError || thrown instanceof UsageError) {
    // Who has interrupted something knows that.
    const isWanted = thrown instanceof ChatError && thrown.kind === 'cancelled';
    world.errors.write(`${isWanted ? '' : `${red('error:')} `}${thrown.message}\n`);
    if (!(thrown instanceof ChatError)) return;
    if (thrown.file !== undefined) world.errors.write(`file: ${thrown.file}\n`);
    const next = nextSteps[thrown.kind];
    if (next !== undefined && !/kiro-gw | --\w/.test(thrown.message)) world.errors.write(`${next}\n`);
    return;
  }
  const { config, data, cache } = world.folders;
  const file = explainFile(thrown, [config, data, cache]);
  if (file !== undefined) {
    world.errors.write(`${red('error:')} ${file}\n`);
    return;
  }
  // A bug: the one case in which a stack helps whoever reads it.
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  world.errors.write(`${red('kiro-gw failed unexpectedly:')} ${withoutSecrets(text)}\n`);
}

// Where an error does not name the next step itself.
const nextSteps: Partial<Readonly<Record<ErrorKind, string>>> = {
  login: 'To sign in: kiro-gw login',
  forbidden: 'To see what is wrong: kiro-gw doctor',
  network: 'To see what is wrong: kiro-gw doctor',
  timeout: 'To see what is wrong: kiro-gw doctor',
  upstream: 'If it stays so: kiro-gw doctor --live',
  overflow: 'Ask with less, or a model with a larger window: kiro-gw models',
  suspended: 'To use another account: kiro-gw login',
  overloaded: 'Try again in a while, or another model: kiro-gw models',
  rate: 'Try again in a while. What is left: kiro-gw usage',
  quota: 'What is left: kiro-gw usage',
};
