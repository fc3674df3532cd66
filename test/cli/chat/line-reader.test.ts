import { describe, expect, it } from 'vitest';
import { completeFrom } from '../../../src/cli/chat/interactive.ts';
import { isOpen, unwrap } from '../../../src/cli/chat/line-reader.ts';
import { isSlash } from '../../../src/cli/chat/slash.ts';

describe('a message at the prompt', () => {
  it.each([
    ['hello', false],
    ['hello \\', true],
    ['"""', true],
    ['"""\nline\n"""', false],
    ['"""one line"""', false],
    ['"""\na \\', true],
  ])('%j goes on: %s', (text, open) => {
    expect(isOpen(text)).toBe(open);
  });

  it('loses the signs that made it several lines', () => {
    expect(unwrap('one\\\ntwo')).toBe('one\ntwo');
    expect(unwrap('"""\none\\\n  two\n"""')).toBe('one\\\n  two');
    expect(unwrap('say """ twice """')).toBe('say """ twice """');
  });

  it('is a command only when it begins like one', () => {
    expect(['/help', '/model x', '/'].every(isSlash)).toBe(true);
    expect(['/usr/bin/env is what?', 'a /help', '/*'].some(isSlash)).toBe(false);
  });

  it('is completed by what fits', () => {
    const complete = completeFrom(['claude-sonnet-4.5', 'claude-haiku-4.5']);
    expect(complete('/mo')).toEqual([['/model '], '/mo']);
    expect(complete('/h')).toEqual([['/help'], '/h']);
    expect(complete('/effort h')).toEqual([['high'], 'h']);
    expect(complete('/model claude-h')).toEqual([['claude-haiku-4.5'], 'claude-h']);
    expect(complete('why')).toEqual([[], 'why']);
  });
});
