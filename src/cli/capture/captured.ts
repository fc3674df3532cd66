import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Outcome } from '../../kiro/media/media.ts';
import { UsageError } from '../exit.ts';
import { fileProblem } from '../file-problem.ts';
import { index } from './folder.ts';

/** One captured exchange, read back. */
export interface Captured {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly request: string;
  readonly response: string;
  readonly upstream: readonly CapturedCall[];
  /** What became of images and documents then, by their keys. */
  readonly media: ReadonlyMap<string, Outcome>;
}

export interface CapturedCall {
  readonly operation: string;
  readonly request: string;
  /** None when the call was never answered. */
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly response: Uint8Array;
  /** How the answer broke off, if it did. */
  readonly error?: string;
}

/** Reads a folder that the gateway captured; throws `UsageError` for any other, which names `captures`, where they are. */
export function readCaptured(folder: string, captures: string): Captured {
  try {
    const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
    const facts = JSON.parse(text(index)) as Facts;
    const names = new Set(readdirSync(folder));
    const upstream = facts.upstream.flatMap((call, number): CapturedCall[] => {
      const file = `upstream-${number + 1}-request.json`;
      if (!names.has(file)) return [];
      const { operation, status, answerHeaders: headers = {}, error } = call;
      return [
        {
          operation,
          request: text(file),
          headers,
          response: readFileSync(join(folder, `upstream-${number + 1}-response.bin`)),
          ...(status === undefined ? {} : { status }),
          ...(error === undefined ? {} : { error }),
        },
      ];
    });
    const known = names.has('media.json') ? (JSON.parse(text('media.json')) as Record<string, Outcome>) : {};
    const media = new Map(Object.entries(known));
    const request = text('client-request.txt');
    return { ...facts.request, request, response: text('client-response.txt'), upstream, media };
  } catch (cause) {
    throw new UsageError(`${folder} is not a captured request: ${problemOf(folder, cause)}. ${writeNext(captures)}`);
  }
}

function problemOf(folder: string, cause: unknown): string {
  if (!existsSync(folder)) return 'there is no such folder';
  const { code, path } = cause as NodeJS.ErrnoException;
  if (code === undefined || path === undefined) return 'its files are not as the gateway writes them';
  return code === 'ENOENT' ? `it has no ${basename(path)}` : fileProblem(cause);
}

function writeNext(captures: string): string {
  const [newest] = existsSync(captures) ? readdirSync(captures).sort().reverse() : [];
  if (newest === undefined) return 'To have requests captured: kiro-gw serve --debug-mode all';
  return `The newest one: kiro-gw replay ${join(captures, newest)}`;
}

interface Facts {
  readonly request: Pick<Captured, 'method' | 'url' | 'headers'>;
  readonly upstream: readonly {
    readonly operation: string;
    readonly status?: number;
    readonly answerHeaders?: Readonly<Record<string, string>>;
    readonly error?: string;
  }[];
}
