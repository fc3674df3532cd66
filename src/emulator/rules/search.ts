import type { SeenRequest } from '../seen.ts';
import type { Breach, Rules } from './rule.ts';
import { compareShape } from './shape.ts';

/** The rule about the web search call. */
export const searchRules: Rules<SeenRequest> = { '5 search': checkSearch };

function* checkSearch({ body }: SeenRequest): Iterable<Breach> {
  yield* compareShape(
    body,
    {
      members: {
        jsonrpc: { text: /^2\.0$/ },
        id: { text: /[\s\S]/ },
        method: { text: /^tools\/call$/ },
        params: {
          members: { name: { text: /^web_search$/ }, arguments: { members: { query: { text: /^[\s\S]{1,200}$/ } } } },
        },
        'profileArn?': { text: /[\s\S]/ },
      },
    },
    '',
  );
}
