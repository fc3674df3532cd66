import type { ChatRequest, JsonObject, Message, Tool } from '../../../src/core/chat.ts';
import { assistant, call, chatOf, result, system, user } from './chat.ts';

/** A long session of an agent: 200 turns with calls, 60 tools, about a megabyte. */
export function largeChat(): ChatRequest {
  const messages: Message[] = [system('You are a careful engineer. '.repeat(400)), user('Mend the build, please.')];
  for (let turn = 0; messages.length < 200; turn += 1) {
    const path = `/src/module-${turn}/file.ts`;
    messages.push(
      assistant(`Reading file ${turn} now.`, call(`toolu_${turn}`, `tool_${turn % 60}`, { path, limit: 2000 })),
    );
    messages.push(user(result(`toolu_${turn}`, `line of code 漢字 "quoted" ${turn};\n`.repeat(240))));
  }
  return chatOf(messages, { tools: Array.from({ length: 60 }, (_, index) => toolOf(index)) });
}

function toolOf(index: number): Tool {
  const properties: Record<string, JsonObject> = {};
  for (let at = 0; at < 8; at += 1) {
    properties[`option_${at}`] = {
      type: 'object',
      description: `What option ${at} does, in a sentence or two of ordinary length.`,
      additionalProperties: false,
      properties: {
        name: { type: 'string', minLength: 1 },
        values: { type: 'array', items: { $ref: '#/$defs/value' } },
      },
      required: ['name'],
    };
  }
  return {
    name: `tool_${index}`,
    description: `Does the work of tool ${index}. `.repeat(60),
    inputSchema: {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties,
      required: ['option_0'],
      additionalProperties: false,
      $defs: { value: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
    },
  };
}
