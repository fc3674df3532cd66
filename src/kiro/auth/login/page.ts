/** A page with a title and a sentence, for the browser that comes back from signing in. */
export function writePage(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${encode(title)} · kiro-gw</title>
<style>
  :root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif; }
  body { max-width: 32rem; margin: 20vh auto; padding: 0 1.5rem; text-align: center; }
  h1 { font-size: 1.6rem; }
</style>
<h1>${encode(title)}</h1>
<p>${encode(text)}</p>
</html>
`;
}

function encode(text: string): string {
  return text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
}
