import { checksum, viewOf } from '../../wire/checksum.ts';
import { withoutSecrets } from '../log.ts';

/** Blots out secrets: those that are known, and whatever looks like a credential of this program. */
export interface Redaction {
  text(text: string): string;
  /** An answer of the service as it came; what is blotted out keeps its length, and frames keep good checksums. */
  bytes(bytes: Uint8Array): Uint8Array;
  headers(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string>;
}

export function createRedaction(secrets: readonly string[]): Redaction {
  const known = secrets.filter(secret => secret.length >= 4);
  const redact = (text: string, fill: (secret: string) => string): string => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, fill(secret));
    return withoutSecrets(clean, fill).replace(
      secretMember,
      (_, name: string, value: string) => `${name}"${fill(value)}"`,
    );
  };
  const text = (text: string): string => redact(text, () => '…');
  return {
    text,
    bytes(bytes) {
      const before = Buffer.from(bytes).toString('latin1');
      const after = redact(before, secret => '*'.repeat(secret.length));
      return after === before ? bytes : mendFrames(bytes, Buffer.from(after, 'latin1'));
    },
    headers(headers) {
      const entries = Object.entries(headers).flatMap(([name, value]) => {
        if (value === undefined) return [];
        const words = typeof value === 'string' ? value : value.join(', ');
        return [[name, secretHeader.test(name) ? '…' : text(words)]];
      });
      return Object.fromEntries(entries);
    },
  };
}

// A frame that came damaged stays so.
function mendFrames(before: Uint8Array, after: Buffer): Buffer {
  const old = Buffer.from(before);
  for (let at = 0; at + 16 <= after.length; ) {
    const end = at + old.readUInt32BE(at);
    if (end < at + 16 || end > after.length) break;
    const sum = end - 4;
    if (checksum(viewOf(old), at, sum) === old.readUInt32BE(sum))
      after.writeUInt32BE(checksum(viewOf(after), at, sum), sum);
    at = end;
  }
  return after;
}

const secretHeader = /^(proxy-)?authorization$|cookie$|api-key$|token$/i;
const secretMember = /("(?:access|refresh|id)_?token"\s*:\s*|"client_?secret"\s*:\s*)"([^"]*)"/gi;
