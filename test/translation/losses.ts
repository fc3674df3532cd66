import type { Json, JsonObject } from '../../src/core/chat.ts';
import { readImage } from '../../src/kiro/rules/images.ts';
import type { Facts } from './parts.ts';

/** What a client said and the body of the service's request does not. `clientNames` are its tools' by the service's. */
export function lossesOf(facts: Facts, body: JsonObject, clientNames: ReadonlyMap<string, string>): readonly string[] {
  const strings = stringsOf(body);
  const has = (text: string): boolean => strings.some(one => one.includes(text.toWellFormed()));
  return [
    ...facts.texts.filter(text => !has(text)).map(text => `the text ${JSON.stringify(text)}`),
    ...lostCalls(facts.calls, body, strings, clientNames),
    ...lostImages(facts.images, body, strings),
  ];
}

function stringsOf(json: Json): readonly string[] {
  if (typeof json === 'string') return [json];
  return typeof json === 'object' && json !== null ? Object.values(json).flatMap(stringsOf) : [];
}

/** Calls that stand neither among the tool uses nor, where no tools are declared, in a text. */
function lostCalls(
  calls: Facts['calls'],
  body: JsonObject,
  strings: readonly string[],
  clientNames: ReadonlyMap<string, string>,
): readonly string[] {
  const uses = membersOf(body, 'toolUses').map(use => ({
    name: clientNames.get(String(use['name'])),
    input: JSON.stringify(use['input']),
  }));
  const told = [...strings];
  return calls
    .filter(({ name, input }) => {
      const written = JSON.stringify(wellFormed(input));
      const at = uses.findIndex(use => use.name === name && use.input === written);
      if (at >= 0) {
        uses.splice(at, 1);
        return false;
      }
      const line = `the tool ${name.toWellFormed()} with: ${written}`;
      const place = told.findIndex(text => text.includes(line));
      if (place < 0) return true;
      told[place] = told[place]?.replace(line, () => '') ?? '';
      return false;
    })
    .map(({ name, input }) => `the call of ${name} with ${JSON.stringify(input)}`);
}

function wellFormed(json: Json): Json {
  if (typeof json === 'string') return json.toWellFormed();
  if (typeof json !== 'object' || json === null) return json;
  if (Array.isArray(json)) return json.map(wellFormed);
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key.toWellFormed(), wellFormed(value)]));
}

/** Images that the service would take, and that are neither sent nor replaced by a note. */
function lostImages(images: readonly string[], body: JsonObject, strings: readonly string[]): readonly string[] {
  const sent = membersOf(body, 'images').length;
  const notes = strings.join('\n').split('[An image').length - 1;
  const good = images.filter(data => typeof readImage({ kind: 'base64', data }) !== 'string').length;
  if (sent !== Math.min(10, good)) return [`${good} images, of which ${sent} were sent`];
  return notes < images.length - sent ? [`${images.length - sent} images with ${notes} notes`] : [];
}

/** The objects in all lists of this name. */
function membersOf(json: Json, name: string): readonly JsonObject[] {
  if (typeof json !== 'object' || json === null) return [];
  if (Array.isArray(json)) return json.flatMap(part => membersOf(part, name));
  return Object.entries(json).flatMap(([key, value]) =>
    key === name && Array.isArray(value) ? (value as JsonObject[]) : key === 'input' ? [] : membersOf(value, name),
  );
}
