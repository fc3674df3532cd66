import type { createLowlight } from 'lowlight';
import { paint } from '../print.ts';

type Lowlight = ReturnType<typeof createLowlight>;
type Node = ReturnType<Lowlight['highlight']>['children'][number];

/** Colours the code of one language; code of an unknown one stays as it is. */
export type Highlight = (code: string, language: string) => string;

/** Loads the grammars of the usual languages. */
export async function createHighlight(): Promise<Highlight> {
  const { common, createLowlight: create } = await import('lowlight');
  const lowlight = create(common);
  return (code, language) => {
    const name = language.toLowerCase();
    return lowlight.registered(name) ? lowlight.highlight(name, code).children.map(write).join('') : code;
  };
}

function write(node: Node): string {
  if (node.type === 'text') return node.value;
  if (node.type !== 'element') return '';
  const inner = node.children.map(child => write(child as Node)).join('');
  const classes = node.properties['className'];
  const [name = ''] = Array.isArray(classes) ? classes : [];
  const colour = colours[String(name).replace('hljs-', '')];
  return colour === undefined ? inner : colour(inner);
}

const { magenta, green, yellow, blue, cyan, red, dim, bold } = paint({ colours: true });

// By the names that the grammars give to pieces of code.
const colours: Readonly<Record<string, (text: string) => string>> = {
  keyword: magenta,
  literal: yellow,
  number: yellow,
  string: green,
  regexp: green,
  comment: dim,
  quote: dim,
  built_in: cyan,
  type: cyan,
  title: blue,
  section: blue,
  attr: cyan,
  attribute: cyan,
  variable: cyan,
  symbol: yellow,
  meta: dim,
  name: magenta,
  tag: magenta,
  'selector-tag': magenta,
  'selector-class': blue,
  addition: green,
  deletion: red,
  strong: bold,
};
