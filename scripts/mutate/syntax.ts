import { parseAst } from 'vitest/node';

/** A part of a program as the parser gives it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** The syntax of a file. */
export const parse = (code: string): Node => parseAst(code, { lang: 'ts' }) as unknown as Node;

/** Visits all that does something: no types, no imports, no log. */
export function walk(node: Node, visit: (node: Node) => void): void {
  if (isPassive(node)) return;
  visit(node);
  for (const [name, value] of Object.entries(node)) {
    if (name === 'typeAnnotation' || name === 'typeArguments' || name === 'returnType') continue;
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, visit);
  }
}

export const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

/** The name behind the dot. */
export const nameOf = (node: Node): unknown => (isNode(node['property']) ? node['property']['name'] : undefined);

// Types do nothing, and what is written to the log is for no test.
function isPassive(node: Node): boolean {
  if (node.type === 'ImportDeclaration' || node.type === 'ImportExpression') return true;
  if (node.type === 'ExportNamedDeclaration' && isNode(node['source'])) return true;
  if (node.type.startsWith('TS')) return !['TSAsExpression', 'TSSatisfiesExpression'].includes(node.type);
  if (node.type === 'ExpressionStatement') return isPassive(node['expression'] as Node);
  if (node.type !== 'CallExpression') return false;
  const callee = node['callee'] as Node;
  const object = callee['object'];
  return callee.type === 'MemberExpression' && isNode(object) && (object['name'] ?? nameOf(object)) === 'log';
}
