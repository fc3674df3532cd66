import { createHash } from 'node:crypto';

/** The signature of a thought, as opaque to its reader as the service's own. */
export function writeSignature(modelId: string, text: string): string {
  return Buffer.from(`${mark}${JSON.stringify({ modelId, hash: hash(text) })}`).toString('base64');
}

/** What a signature of this emulator says; undefined for one that a test made up. */
export function readSignature(
  signature: string,
): { readonly modelId: string; isFor(text: string): boolean } | undefined {
  const text = Buffer.from(signature, 'base64').toString();
  if (!text.startsWith(mark)) return undefined;
  try {
    const signed = JSON.parse(text.slice(mark.length)) as { modelId: string; hash: string };
    return { modelId: signed.modelId, isFor: thought => hash(thought) === signed.hash };
  } catch {
    return { modelId: '', isFor: () => false };
  }
}

const mark = 'emulated-thought:';
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
