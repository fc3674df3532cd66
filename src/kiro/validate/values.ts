import type { Json, JsonObject } from '../../core/chat.ts';
import { isObject } from '../json.ts';
import { formatOf, maxImageBytes, maxImages } from '../rules/images.ts';
import { type Finding, listAt, objectAt, textAt, turnsOf } from './finding.ts';

/** 2.1.9: images are of a known format, not too large, and not too many. */
export function* checkImages(body: JsonObject): Generator<Finding> {
  let count = 0;
  for (const turn of turnsOf(body)) {
    for (const [index, image] of listAt(turn.message, 'images').filter(isObject).entries()) {
      const at = { path: `${turn.path}.images[${index}]`, rule: '2.1.9', turn: turn.index };
      const data = textAt(objectAt(image, 'source'), 'bytes');
      const format = formatOf(Buffer.from(data.slice(0, 32), 'base64'));
      count += 1;
      if (format === undefined || format !== image['format']) {
        yield {
          ...at,
          message: `is declared as ${JSON.stringify(image['format'])} and is ${format ?? 'of no known format'}`,
        };
      }
      const bytes = Math.floor((data.length * 3) / 4);
      if (bytes > maxImageBytes) yield { ...at, message: `has ${bytes} bytes; at most ${maxImageBytes} are possible` };
      if (count === maxImages + 1) yield { ...at, message: `is one of more than ${maxImages}` };
    }
  }
}

/** 2: the members that every request has, and none that is null. */
export function* checkMembers(body: JsonObject): Generator<Finding> {
  const state = objectAt(body, 'conversationState');
  const at = (name: string, message: string): Finding => ({ path: `conversationState.${name}`, rule: '2', message });
  const { length } = textAt(state, 'conversationId');
  if (length < 1 || length > 128) yield at('conversationId', `has ${length} characters, not 1 to 128`);
  if (state['chatTriggerType'] !== 'MANUAL') yield at('chatTriggerType', 'must be MANUAL');
  for (const { path, role, message, index } of turnsOf(body)) {
    if (role === 'user' && textAt(message, 'modelId') === '') {
      yield { path: `${path}.modelId`, rule: '2', message: 'is missing', turn: index };
    }
    for (const [name, value] of Object.entries(message)) {
      const isEmpty = value === null || (typeof value === 'object' && Object.keys(value).length === 0);
      if (isEmpty)
        yield { path: `${path}.${name}`, rule: '2', message: 'must be left out when it is empty', turn: index };
    }
  }
}

/** 2.1.11: strings are well-formed Unicode. */
export function* checkUnicode(body: JsonObject): Generator<Finding> {
  for (const path of illFormed(body, '')) {
    yield { path, rule: '2.1.11', message: 'holds half of a character (a lone surrogate)' };
  }
}

function* illFormed(json: Json, path: string): Generator<string> {
  if (typeof json === 'string') {
    if (!json.isWellFormed()) yield path;
  } else if (typeof json === 'object' && json !== null) {
    for (const [name, value] of Object.entries(json)) {
      const at = Array.isArray(json) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
      if (!name.isWellFormed()) yield at;
      yield* illFormed(value, at);
    }
  }
}
