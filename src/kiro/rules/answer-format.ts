import type { Format, Json, JsonObject, Tool } from '../../core/chat.ts';

/** How an answer in JSON is read out of the call of a tool: the service knows no other way to ask for it. */
export interface AnswerFormat {
  /** The tool's name. */
  readonly tool: string;
  /** The member of its input that holds the answer; without one, the whole input is the answer. */
  readonly member?: string;
  /** What the answer must satisfy. */
  readonly schema?: JsonObject;
}

/** The tool of a format, and what the model is told of it. */
export interface FormatOffer {
  readonly tool: Tool;
  readonly format: AnswerFormat;
  readonly instruction: string;
}

/** The tool that a model must call to answer in a format. */
export function offerFormat(format: Format, name: string): FormatOffer {
  const instruction =
    `Give your final answer only by calling the tool ${name}, once and alone. ` +
    'What you call it with is the answer: do not write it as text, before or after.';
  const description = 'Gives the final answer to the user.';
  if (format.type === 'json-schema' && isObjectSchema(format.schema)) {
    const tool = { name, description, inputSchema: format.schema };
    return { tool, format: { tool: name, schema: format.schema }, instruction };
  }
  const schema = format.type === 'json-schema' ? format.schema : undefined;
  const answer: Json = schema ?? {
    type: 'object',
    description: 'The answer: a JSON object with the members that were asked for.',
  };
  return {
    // References lead to the root, and so they must still find there what they name.
    tool: {
      name,
      description,
      inputSchema: {
        type: 'object',
        properties: { [member]: answer },
        required: [member],
        ...pick(schema, '$defs'),
        ...pick(schema, 'definitions'),
      },
    },
    format: { tool: name, member, ...(schema === undefined ? {} : { schema }) },
    instruction,
  };
}

function isObjectSchema(schema: JsonObject): boolean {
  const type = schema['type'];
  return type === 'object' || (type === undefined && schema['properties'] !== undefined);
}

function pick(schema: JsonObject | undefined, name: string): JsonObject {
  const value = schema?.[name];
  return value === undefined ? {} : { [name]: value };
}

const member = 'answer';
