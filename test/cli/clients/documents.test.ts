import { describe, expect, it } from 'vitest';
import type { Edit, Form } from '../../../src/cli/clients/client.ts';
import { loadLanguage } from '../../../src/cli/clients/documents.ts';
import { makeEdits, rememberEdits, takeBack } from '../../../src/cli/clients/edits.ts';

const edits: readonly Edit[] = [
  { path: ['model'], value: 'ours' },
  { path: ['providers', 'kiro-gw'], value: { url: 'http://x', auth: { args: ['key'] } } },
];

const files: Readonly<Record<Form, string>> = {
  json: `// mine\n{\n    "model": "theirs", // dear to me\n    "other": [1, 2,],\n    /* kept */ "providers": { "a": { "url": "u" } }\n}\n`,
  toml: `# mine\nmodel = "theirs" # dear to me\nother = [ 1, 2 ]\n\n[providers.a] # kept\nurl = "u"\n\n[[list]]\nx = 0x10\n`,
  yaml: `# mine\nmodel: theirs # dear to me\nother: [1, 2]\n\nproviders:\n  a: # kept\n    url: u\nnote: >\n  folded\n  text\n`,
};
const forms = Object.keys(files) as Form[];

describe.each(forms)('a configuration in %s', form => {
  it('keeps comments and everything unknown', async () => {
    const language = await loadLanguage(form);
    const after = makeEdits(files[form], edits, language);
    for (const kept of ['mine', 'dear to me', 'kept', '1, 2']) expect(after).toContain(kept);
    expect(language.read(after)).toMatchObject({
      model: 'ours',
      other: [1, 2],
      providers: { a: { url: 'u' }, 'kiro-gw': { url: 'http://x', auth: { args: ['key'] } } },
    });
  });

  it('is the same after the same edits once more', async () => {
    const language = await loadLanguage(form);
    const after = makeEdits(files[form], edits, language);
    expect(makeEdits(after, edits, language)).toBe(after);
  });

  it('is made where there is none', async () => {
    const language = await loadLanguage(form);
    expect(language.read(makeEdits('', edits, language))).toEqual({
      model: 'ours',
      providers: { 'kiro-gw': { url: 'http://x', auth: { args: ['key'] } } },
    });
  });

  it('gives back what was there, and leaves what was changed since', async () => {
    const language = await loadLanguage(form);
    const before = files[form];
    const made = rememberEdits(edits);
    const after = makeEdits(before, edits, language);
    const later = language.write(after, [{ path: ['added'], value: true }]);
    const undone = language.read(takeBack(later, made, before, language));
    expect(undone).toEqual({ ...(language.read(before) as object), added: true });
    const chosen = language.write(after, [{ path: ['model'], value: 'another' }]);
    expect(language.read(takeBack(chosen, made, before, language))).toMatchObject({ model: 'another' });
  });

  it('loses what was made only to hold our part', async () => {
    const language = await loadLanguage(form);
    const before = language.write('', [{ path: ['other'], value: 1 }]);
    const after = language.write(makeEdits(before, edits, language), [{ path: ['added'], value: 2 }]);
    expect(language.read(takeBack(after, rememberEdits(edits), before, language))).toEqual({ other: 1, added: 2 });
  });

  it('that is broken is refused', async () => {
    const language = await loadLanguage(form);
    const broken = { json: '{ "a": ', toml: 'a = ', yaml: 'a: [1' }[form];
    expect(() => makeEdits(broken, edits, language)).toThrow();
    expect(() => makeEdits({ json: '[1]', toml: 'a 1', yaml: '- 1' }[form], edits, language)).toThrow();
  });
});

describe('entries of a list', () => {
  const list = (entries: readonly Record<string, string>[]): readonly Edit[] => [
    { path: ['models'], mark: { field: 'name', ending: ' (ours)' }, entries },
  ];
  const files = {
    json: `{\n  "models": [\n    // the best\n    { "name": "A" }\n  ]\n}\n`,
    yaml: `models:\n  # the best\n  - name: A\n`,
  };

  it.each(['json', 'yaml'] as const)('come after those of others in %s, and go alone', async form => {
    const language = await loadLanguage(form);
    const first = makeEdits(files[form], list([{ name: 'B (ours)' }, { name: 'C (ours)' }]), language);
    const second = makeEdits(first, list([{ name: 'D (ours)' }]), language);
    expect(second).toContain('the best');
    expect(language.read(second)).toEqual({ models: [{ name: 'A' }, { name: 'D (ours)' }] });
    const undone = takeBack(second, rememberEdits(list([])), files[form], language);
    expect(language.read(undone)).toEqual({ models: [{ name: 'A' }] });
  });
});
