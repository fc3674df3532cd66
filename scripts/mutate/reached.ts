import { type Node, parse, walk } from './syntax.ts';

/** Code that notes which of its parts were run, in the order of `parts`; numbers begin with `first`. */
export interface Noted {
  readonly code: string;
  readonly parts: readonly { readonly start: number; readonly end: number }[];
}

/** Where the notes are kept while tests run. */
export const notes = 'globalThis.kiroReached';

/** Puts a note into each block, branch and short function of a file. */
export function noteParts(code: string, first: number): Noted {
  const parts: { start: number; end: number }[] = [];
  const inserts: (readonly [at: number, text: string])[] = [];
  const mark = (node: Node): string => `${notes}[${first + parts.push({ start: node.start, end: node.end }) - 1}]=1`;
  const block = (node: Node, at: number): void => void inserts.push([at, `;${mark(node)};`]);
  const expression = (node: Node): void => {
    inserts.push([node.start, `(${mark(node)},`], [node.end, ')']);
  };
  walk(parse(code), node => {
    const child = (name: string): Node => node[name] as Node;
    if (node.type === 'BlockStatement') block(node, node.start + 1);
    if (node.type === 'SwitchCase') {
      const [start] = node['consequent'] as Node[];
      if (start !== undefined && start.type !== 'BlockStatement') block(node, start.start);
    }
    if (node.type === 'ArrowFunctionExpression' && child('body').type !== 'BlockStatement') expression(child('body'));
    if (node.type === 'ConditionalExpression') for (const name of ['consequent', 'alternate']) expression(child(name));
    if (node.type === 'LogicalExpression') expression(child('right'));
  });
  // What ends at a place is closed before what begins there.
  const ordered = inserts
    .map(([at, text], order) => ({ at, text, order }))
    .sort((one, other) => one.at - other.at || rank(one.text) - rank(other.text) || one.order - other.order);
  let noted = `${notes}??=new Uint8Array(131072);`;
  let last = 0;
  for (const { at, text } of ordered) {
    noted += code.slice(last, at) + text;
    last = at;
  }
  return { code: noted + code.slice(last), parts };
}

const rank = (text: string): number => (text === ')' ? 0 : 1);
