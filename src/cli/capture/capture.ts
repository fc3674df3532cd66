// Keeps what passed between client, gateway and service, one folder a request, for whoever looks for a mistake.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Log } from '../../core/log.ts';
import type { Outcome } from '../../kiro/media/media.ts';
import type { Transport } from '../../kiro/transport.ts';
import type { Exchange } from '../../server/exchange.ts';
import type { Witness } from '../../server/witness.ts';
import type { World } from '../world.ts';
import { type Bounds, type Files, index, prune, writeFolder } from './folder.ts';
import { createPieces, type Recording } from './recording.ts';
import { createRedaction, type Redaction } from './redact.ts';
import { witnessTransport } from './upstream.ts';

export interface CaptureOptions {
  /** Every request, or only those that failed. */
  readonly mode: 'errors' | 'all';
  readonly folder: string;
  readonly bounds: Bounds;
  /** To be blotted out wherever they stand. */
  readonly secrets: readonly string[];
  readonly world: Pick<World, 'now' | 'random' | 'build'>;
  readonly log: Log;
}

export interface Capture {
  witness(exchange: Exchange): Witness;
  /** Keeps what became of an image or a document with the request that has it. */
  media(key: string, outcome: Outcome): void;
  /** A transport whose calls are kept with the request that caused them. */
  transport(transport: Transport): Transport;
  /** Settles when everything kept is on disk. */
  settled(): Promise<void>;
}

export function createCapture(options: CaptureOptions): Capture {
  const { folder, bounds, world, log } = options;
  const running = new AsyncLocalStorage<Recording>();
  const redact = createRedaction(options.secrets);
  // One after the other: neither the order nor the bounds suffer from requests that end together.
  let writing: Promise<unknown> = Promise.resolve();
  let hasFailed = false;

  const keep = (recording: Recording): void => {
    const name = nameOf(recording, world.random(4));
    writing = writing
      .then(() => writeFolder(folder, name, writeFiles(recording, world.build.version, redact)))
      .then(() => prune(folder, bounds))
      .catch(cause => {
        if (!hasFailed) log.warn('A request could not be captured; see DEBUG_DIR.', { cause });
        hasFailed = true;
      });
  };

  return {
    witness(exchange) {
      const { id, method, request } = exchange;
      const recording: Recording = {
        begun: world.now(),
        id,
        method,
        url: redact.text(request.url ?? '/'),
        headers: redact.headers(request.headers),
        request: createPieces(),
        response: createPieces(),
        upstream: [],
        media: new Map(),
      };
      return {
        run: work => running.run(recording, work),
        request: body => recording.request.add(body),
        response: text => recording.response.add(text),
        end(record) {
          const hasFailed = record.error !== undefined || record.status >= 400;
          // A look at the gateway's health says nothing about a translation.
          if (record.dialect === undefined && !hasFailed) return;
          if (options.mode === 'errors' && !hasFailed) return;
          const answerHeaders = redact.headers(writeWords(exchange.response.getHeaders()));
          keep({ ...recording, record, answerHeaders });
        },
      };
    },
    media: (key, outcome) => void running.getStore()?.media.set(key, outcome),
    transport: transport => witnessTransport(transport, () => running.getStore(), world.now, redact),
    async settled() {
      await writing;
    },
  };
}

function writeFiles(recording: Recording, version: string, redact: Redaction): Files {
  const { begun, id, method, url, headers, request, response, upstream, record, answerHeaders, media } = recording;
  const calls = upstream.map(({ body: _, response: pieces, ...call }) => ({ ...call, lost: pieces.lost }));
  const facts = {
    version,
    time: new Date(begun).toISOString(),
    id,
    request: { method, url, headers, lost: request.lost },
    response: { status: record?.status, headers: answerHeaders, lost: response.lost },
    record,
    upstream: calls,
  };
  const files: Record<string, string | Uint8Array> = {
    [index]: redact.text(`${JSON.stringify(facts, null, 2)}\n`),
    'client-request.txt': redact.text(readText(request.bytes())),
    'client-response.txt': redact.text(readText(response.bytes())),
  };
  if (media.size > 0) files['media.json'] = redact.text(JSON.stringify(Object.fromEntries(media)));
  for (const [number, call] of upstream.entries()) {
    files[`upstream-${number + 1}-request.json`] = redact.text(call.body);
    files[`upstream-${number + 1}-response.bin`] = redact.bytes(call.response.bytes());
  }
  return files;
}

/** Sorts by time, and is good for every file system whatever the client called its request. */
function nameOf({ begun, id }: Recording, random: Uint8Array): string {
  const time = new Date(begun).toISOString().replace(/[-:.]/g, '');
  return `${time}-${id.replace(/[^\w-]/g, '_').slice(0, 64)}-${Buffer.from(random).toString('hex')}`;
}

/** Headers as words: a server may count in numbers. */
const writeWords = (headers: OutgoingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

const readText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
