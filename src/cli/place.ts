/** Where a text in JSON or TOML goes wrong: `line 3`, in JSON with the column; undefined when nobody can tell. */
export function placeOf(text: string, isJson: boolean): string | undefined {
  if (!isJson) return tomlPlace(text);
  const at = jsonPlace(text);
  const lines = text.slice(0, at).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}

// The parser does not tell: it is the statement after the last one with which the file would still be right.
function tomlPlace(text: string): string | undefined {
  const lines = text.split('\n');
  for (let count = lines.length - 1; count >= 0; count -= 1) {
    if (!isToml(lines.slice(0, count).join('\n'))) continue;
    const next = lines.findIndex((line, at) => at >= count && /^\s*[^\s#]/.test(line));
    return next < 0 ? undefined : `line ${next + 1}`;
  }
  return undefined;
}

function isToml(text: string): boolean {
  try {
    Bun.TOML.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The offset of the first sign that cannot stand where it does. */
function jsonPlace(text: string): number {
  const open: string[] = [];
  let wanted: Expected = 'value';
  let at = 0;
  for (;;) {
    at += /^[\s]*/.exec(text.slice(at))?.[0].length ?? 0;
    const [token = ''] = jsonToken.exec(text.slice(at)) ?? [];
    const next = follow(token, wanted, open);
    if (next === undefined) return at;
    wanted = next;
    at += token.length;
  }
}

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing';

function follow(token: string, wanted: Expected, open: string[]): Expected | undefined {
  const closing = open.at(-1) === '{' ? '}' : ']';
  if (token === closing && open.length > 0 && wanted.endsWith('end')) {
    open.pop();
    return open.length === 0 ? 'nothing' : 'comma or end';
  }
  if (wanted.startsWith('key')) return token.startsWith('"') ? 'colon' : undefined;
  if (wanted === 'colon') return token === ':' ? 'value' : undefined;
  if (wanted === 'comma or end') return token !== ',' ? undefined : open.at(-1) === '{' ? 'key' : 'value';
  if (wanted === 'nothing' || /^$|^[}\]:,]$/.test(token)) return undefined;
  if (token === '{' || token === '[') {
    open.push(token);
    return token === '{' ? 'key or end' : 'value or end';
  }
  return open.length === 0 ? 'nothing' : 'comma or end';
}

const jsonToken =
  /^(?:[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/;
