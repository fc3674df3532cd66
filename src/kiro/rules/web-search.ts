import type { SearchOptions, Tool } from '../../core/chat.ts';

/** The tool by which the model asks the gateway to search the web. */
export function webSearchTool(name: string, options: SearchOptions): Tool {
  const only =
    options.allowedDomains === undefined ? '' : ` Only pages of ${options.allowedDomains.join(', ')} are found.`;
  return {
    name,
    description: `Searches the web and gives titles, addresses and excerpts of the pages found.${only}`,
    inputSchema: {
      type: 'object',
      properties: { query: { type: 'string', description: 'What to search for: at most 200 characters.' } },
      required: ['query'],
    },
  };
}
