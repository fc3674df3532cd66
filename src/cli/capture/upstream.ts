import type { Transport, TransportResponse } from '../../kiro/transport.ts';
import { createPieces, type Recording, type UpstreamRecording } from './recording.ts';
import type { Redaction } from './redact.ts';

/** A transport that notes every call in the recording of the request that caused it. */
export function witnessTransport(
  transport: Transport,
  current: () => Recording | undefined,
  now: () => number,
  redact: Redaction,
): Transport {
  return {
    async send(request) {
      const recording = current();
      if (recording === undefined) return transport.send(request);
      const elapsed = (): number => now() - recording.begun;
      const call: UpstreamRecording = {
        operation: operationOf(request.headers['x-amz-target'], request.url),
        url: request.url,
        headers: redact.headers(request.headers),
        body: request.body ?? '',
        sentMs: elapsed(),
        response: createPieces(),
      };
      recording.upstream.push(call);
      try {
        const response = await transport.send(request);
        call.status = response.status;
        call.answeredMs = elapsed();
        call.answerHeaders = headersOf(response, redact);
        return witnessed(response, call, elapsed);
      } catch (thrown) {
        call.error = thrown instanceof Error ? thrown.message : String(thrown);
        call.endedMs = elapsed();
        throw thrown;
      }
    },
    close: () => transport.close(),
  };
}

function witnessed(response: TransportResponse, call: UpstreamRecording, elapsed: () => number): TransportResponse {
  return {
    ...response,
    header: name => response.header(name),
    body: seen(response.body, call, elapsed),
    async text() {
      const text = await response.text();
      call.response.add(text);
      call.endedMs = elapsed();
      return text;
    },
  };
}

async function* seen(
  chunks: AsyncIterable<Uint8Array>,
  call: UpstreamRecording,
  elapsed: () => number,
): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of chunks) {
      call.response.add(chunk);
      yield chunk;
    }
  } catch (thrown) {
    call.error = thrown instanceof Error ? thrown.message : String(thrown);
    throw thrown;
  } finally {
    call.endedMs = elapsed();
  }
}

function headersOf(response: TransportResponse, redact: Redaction): Record<string, string> {
  return redact.headers(Object.fromEntries(kept.map(name => [name, response.header(name)])));
}

const operationOf = (target: string | undefined, url: string): string =>
  target?.split('.').at(-1) ?? new URL(url).pathname.slice(1);

const kept = [
  'content-type',
  'retry-after',
  'x-amzn-errortype',
  'x-amzn-requestid',
  'x-amzn-request-id',
  'x-amz-request-id',
];
