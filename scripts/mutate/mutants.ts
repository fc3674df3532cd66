import { createHash } from 'node:crypto';
import { isNode, type Node, nameOf, parse, walk } from './syntax.ts';

/** One small change of a file that some test should notice. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

/** All changes that are tried of one file. */
export function mutantsOf(file: string, code: string): readonly Mutant[] {
  const found: Mutant[] = [];
  const add = (start: number, end: number, after: string): void => {
    const line = code.slice(0, start).split('\n').length;
    found.push({ file, line, start, end, before: code.slice(start, end), after });
  };
  walk(parse(code), node => {
    for (const [start, end, after] of changesOf(node, code)) add(start, end, after);
  });
  return found;
}

/** So many of them, chosen by the seed alone. */
export function sample(mutants: readonly Mutant[], size: number, seed: string): readonly Mutant[] {
  const key = ({ file, start, end, after }: Mutant): string =>
    createHash('sha256').update(`${seed}:${file}:${start}:${end}:${after}`).digest('hex');
  return mutants
    .map(mutant => [key(mutant), mutant] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .slice(0, size)
    .map(([, mutant]) => mutant);
}

type Change = readonly [start: number, end: number, after: string];

function changesOf(node: Node, code: string): readonly Change[] {
  const text = (part: Node): string => code.slice(part.start, part.end);
  const whole = (after: string): Change => [node.start, node.end, after];
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'WhileStatement': {
      const test = node['test'] as Node;
      return [
        [test.start, test.end, 'true'],
        [test.start, test.end, 'false'],
      ];
    }
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression': {
      const left = node['left'] as Node;
      const right = node['right'] as Node;
      const other = operators[node['operator'] as string];
      if (other === undefined) return [];
      return [whole(`(${text(left)} ${other} ${text(right)})`)];
    }
    case 'UnaryExpression':
      return node['operator'] === '!' ? [whole(text(node['argument'] as Node))] : [];
    case 'Literal':
      return literal(node['value'], node['raw'] as string).map(whole);
    case 'TemplateLiteral':
      return node.end - node.start > 2 && !text(node).includes(' ') ? [whole('``')] : [];
    case 'ArrayExpression':
      return (node['elements'] as Node[]).length > 0 ? [whole('[]')] : [];
    case 'ObjectExpression':
      return (node['properties'] as Node[]).length > 0 ? [whole('({})')] : [];
    case 'ArrowFunctionExpression': {
      const body = node['body'] as Node;
      return body.type === 'BlockStatement' || text(body) === 'undefined' ? [] : [[body.start, body.end, 'undefined']];
    }
    case 'ExpressionStatement':
      return 'directive' in node && node['directive'] ? [] : [whole(';')];
    case 'CallExpression':
      return changeCall(node, text).map(whole);
    default:
      return [];
  }
}

function literal(value: unknown, raw: string): readonly string[] {
  if (typeof value === 'boolean') return [String(!value)];
  if (typeof value === 'number') return [value === 0 ? '1' : `(2 * ${raw})`];
  // What is worded for people may be worded otherwise.
  if (typeof value === 'string') return value.includes(' ') ? [] : [value === '' ? "'mutant'" : "''"];
  return [];
}

function changeCall(node: Node, text: (part: Node) => string): readonly string[] {
  const callee = node['callee'] as Node;
  const object = callee['object'];
  const name = nameOf(callee);
  if (callee.type !== 'MemberExpression' || !isNode(object) || typeof name !== 'string') return [];
  if (dropped.has(name)) return [text(object)];
  const other = methods[name];
  return other === undefined ? [] : [`${text(object)}.${other}(${(node['arguments'] as Node[]).map(text).join(', ')})`];
}

const operators: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '&&': '||',
  '||': '&&',
  '??': '&&',
  '+=': '-=',
  '-=': '+=',
  '||=': '&&=',
  '??=': '&&=',
};

const dropped: ReadonlySet<string> = new Set([
  ...['filter', 'slice', 'reverse', 'sort', 'toSorted', 'toReversed', 'trim', 'trimEnd', 'trimStart'],
  ...['toLowerCase', 'toUpperCase', 'replace', 'replaceAll', 'toWellFormed'],
]);

const methods: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  min: 'max',
  max: 'min',
  findLast: 'find',
  findLastIndex: 'findIndex',
};
