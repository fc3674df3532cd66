import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LeakedCall } from '../../../src/kiro/answer/leak-forms.ts';
import { readLeak } from '../../../src/kiro/answer/leak-forms.ts';
import { createLeaks } from '../../../src/kiro/answer/leaks.ts';

const properties = {
  path: { type: 'string' },
  count: { type: 'integer' },
  any: {},
  either: { type: ['string', 'null'] },
};
const schemas = new Map([
  ['read', { type: 'object', properties }],
  ['stop', { type: 'object' }],
]);

function take(pieces: readonly string[]): { readonly text: string; readonly calls: readonly LeakedCall[] } {
  let text = '';
  const calls: LeakedCall[] = [];
  const next = {
    push(piece: string) {
      text += piece;
    },
    flush() {},
  };
  const stage = createLeaks(schemas, next, found => {
    // What came before a call is told before it.
    text += '|';
    calls.push(...found);
  });
  for (const piece of pieces) stage.push(piece);
  stage.flush();
  return { text, calls };
}

const invoke = (body: string, name = 'read', prefix = ''): string =>
  `<${prefix}invoke name="${name}">${body}</${prefix}invoke>`;
const parameter = (name: string, value: string, prefix = ''): string =>
  `<${prefix}parameter name="${name}">${value}</${prefix}parameter>`;
const group = (body: string, prefix = ''): string => `<${prefix}function_calls>${body}</${prefix}function_calls>`;
const readA = { name: 'read', input: { path: 'a' } };

describe('a call that was written as text', () => {
  it.each<[string, string, readonly LeakedCall[]]>([
    ['alone', invoke(parameter('path', 'a')), [readA]],
    ['with a prefix', invoke(parameter('path', 'a', 'antml:'), 'read', 'antml:'), [readA]],
    ['in a group', group(invoke(parameter('path', 'a'))), [readA]],
    ['in a group with a prefix', group(invoke(parameter('path', 'a', 'antml:'), 'read', 'antml:'), 'antml:'), [readA]],
    ['with room', group(`\n ${invoke(`\n${parameter('path', 'a')}\n`)}\n\n`), [readA]],
    [
      'twice in a group',
      group(`${invoke(parameter('path', 'a'))}\n${invoke('', 'stop')}`),
      [readA, { name: 'stop', input: {} }],
    ],
    ['as JSON', invoke('\n{"path":"a"}\n'), [readA]],
    ['without anything', invoke('', 'stop'), [{ name: 'stop', input: {} }]],
    ['in brackets', '[Called read with args: {"path":"a"}]', [readA]],
    ['in brackets with room', '[Called read with args:  {"path":"a"} \n]', [readA]],
    ['with numbers', invoke(parameter('count', '5')), [{ name: 'read', input: { count: 5 } }]],
    ['with digits that are text', invoke(parameter('path', '5')), [{ name: 'read', input: { path: '5' } }]],
    ['with digits that may be text', invoke(parameter('either', '5')), [{ name: 'read', input: { either: '5' } }]],
    ['with lists', invoke(parameter('any', '[1,"a"]')), [{ name: 'read', input: { any: [1, 'a'] } }]],
    ['with broken lists', invoke(parameter('any', '[1,')), [{ name: 'read', input: { any: '[1,' } }]],
    ['with what is not declared', invoke(parameter('more', 'true')), [{ name: 'read', input: { more: true } }]],
    ['for a tool of no properties', invoke(parameter('x', '7'), 'stop'), [{ name: 'stop', input: { x: 7 } }]],
    ['over lines', invoke(parameter('path', 'a\nb <b> c')), [{ name: 'read', input: { path: 'a\nb <b> c' } }]],
  ])('is one: %s', (_, text, calls) => {
    expect(take([`Now: ${text} Done.`])).toEqual({ text: 'Now: | Done.', calls });
    expect(take([...`Now: ${text} Done.`])).toEqual({ text: 'Now: | Done.', calls });
  });

  it.each([
    invoke(parameter('path', 'a'), 'unknown'),
    group(invoke('', 'unknown')),
    group(''),
    group('nothing to call'),
    invoke(`words ${parameter('path', 'a')}`),
    invoke(`${parameter('path', 'a')} words`),
    invoke(`${parameter('path', 'a')}{"path":"b"}`),
    invoke('[1]'),
    invoke('words'),
    '<invoke the spirit>',
    '<invoke name=read></invoke>',
    '<invoke name="read" now></invoke>',
    '[Called unknown with args: {}]',
    '[Called read with args: {"path":"a"} then]',
    '[Called read with args: [1]]',
    '[Called read]',
    '<function_calls without>',
    `<invoke name="${'x'.repeat(129)}"></invoke>`,
    '`'.repeat(3) + invoke(parameter('path', 'a')) + '`'.repeat(3),
  ])('is none: %s', text => {
    expect(take([`Now: ${text} Done.`])).toEqual({ text: `Now: ${text} Done.`, calls: [] });
    expect(take([...`Now: ${text} Done.`])).toEqual({ text: `Now: ${text} Done.`, calls: [] });
  });

  it.each([
    [`<function_calls>${invoke(parameter('path', 'a'))}`, [readA]],
    [`<function_calls>${invoke(parameter('path', 'a'))}\n</function_c`, [readA]],
    [`<function_calls>${invoke(parameter('path', 'a'))}</`, [readA]],
    [`<function_calls>`, []],
    [`<invoke name="read">${parameter('path', 'a')}`, []],
    ['[Called read with args: {"path":"a"}', []],
  ])('needs no closing tag of its group at the very end: %s', (text, calls) => {
    for (const pieces of [[text], [...text]]) {
      expect(take(pieces)).toEqual({ text: calls.length === 0 ? text : '|', calls });
    }
  });

  it('counts alone where its group goes on as something else', () => {
    const call = invoke(parameter('path', 'a'));
    expect(take([`<function_calls>${call}</func never`])).toEqual({
      text: '<function_calls>|</func never',
      calls: [readA],
    });
  });

  it('is found behind a code block, and behind other signs', () => {
    const call = invoke(parameter('path', 'a'));
    expect(take([`\`\`\`\n${call}\n\`\`\`\n${call}`])).toEqual({ text: `\`\`\`\n${call}\n\`\`\`\n|`, calls: [readA] });
    expect(take([`a < b [1] <i> \`\`x\`\` ${call}`])).toEqual({ text: 'a < b [1] <i> ``x`` |', calls: [readA] });
    expect(take(['`', '`', '`', call, '```', call]).calls).toEqual([readA]);
  });

  it('may become one as long as it is not whole, and not longer', () => {
    const whole = invoke(parameter('path', 'a'));
    for (let length = '<invoke '.length; length < whole.length; length += 1) {
      expect(readLeak(whole.slice(0, length), schemas, false)).toBe('open');
    }
    expect(readLeak('<invoke name="rea', schemas, false)).toBe('open');
    expect(readLeak('<invoke nothing', schemas, false)).toBe('none');
    expect(readLeak(`<invoke name="${'x'.repeat(200)}`, schemas, false)).toBe('none');
    expect(readLeak(`[Called ${'x'.repeat(200)}`, schemas, false)).toBe('none');
    expect(readLeak('[Called read with', schemas, false)).toBe('open');
    expect(readLeak('[Called read\n', schemas, false)).toBe('none');
    expect(readLeak(`<function_calls>${whole}</func`, schemas, false)).toBe('open');
    expect(readLeak('<function_calls>  ', schemas, false)).toBe('open');
    expect(readLeak(`<function_calls>${whole} and more`, schemas, false)).toBe('none');
  });

  it('loses no letter of what is none, however it comes', () => {
    const bits = [
      '<invoke name="',
      'read',
      '">',
      '</invoke>',
      '<function_calls>',
      '[Called ',
      ' with args: {',
      '}',
      ']',
      '```',
      'x',
      ' ',
      '\n',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 12 }), pieces => {
        const whole = take([pieces.join('')]);
        expect(take(pieces)).toEqual(whole);
        if (whole.calls.length === 0) expect(whole.text).toBe(pieces.join(''));
      }),
      { numRuns: 1000 },
    );
  });
});
