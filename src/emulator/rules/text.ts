import type { OpenRequest } from '../seen.ts';
import type { Breach, Rules } from './rule.ts';

/** The rule about strings: they are well-formed Unicode. */
export const textRules: Rules<OpenRequest> = { '2.1.11': checkUnicode };

function* checkUnicode(request: OpenRequest): Iterable<Breach> {
  // Only an escape can write half a character, so most bodies need no walk.
  if (!/\\u[dD][89a-fA-F]/.test(Buffer.from(request.raw).toString('latin1'))) return;
  yield* checkValue(request.body, '');
}

function* checkValue(value: unknown, path: string): Iterable<Breach> {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) yield { path, message: 'holds half a character (a lone surrogate)' };
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (!name.isWellFormed()) yield { path, message: 'has a member whose name holds a lone surrogate' };
      const inner = Array.isArray(value) ? `[${name}]` : path === '' ? name : `.${name}`;
      yield* checkValue(member, path + inner);
    }
  }
}
