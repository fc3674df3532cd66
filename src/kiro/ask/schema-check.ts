import type { JsonObject } from '../../core/chat.ts';

/** Whether JSON text satisfies a schema. What cannot be checked passes: the schema is the client's own business. */
export async function satisfies(json: string, schema: JsonObject): Promise<boolean> {
  const { z } = await import('zod');
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(JSON.parse(json)).success;
  } catch {
    return true;
  }
}
