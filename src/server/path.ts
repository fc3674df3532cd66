/** The path of a request as the routes know it, and its query. Clients put `/v1` in front, not at all, or twice. */
export function readPath(url: string): { readonly path: string; readonly query: string } {
  const relative = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/, '');
  const mark = relative.indexOf('?');
  const path = (mark === -1 ? relative : relative.slice(0, mark))
    .replace(/\/{2,}/g, '/')
    .replace(/^(\/v1)+(?=\/|$)/, '')
    .replace(/\/$/, '');
  return { path: path || '/', query: mark === -1 ? '' : relative.slice(mark + 1) };
}

/** The last part of a path as a client meant it. */
export function readId(path: string, prefix: string): string {
  const id = path.slice(prefix.length);
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
