import { query } from '@anthropic-ai/claude-agent-sdk';
import { main, say, scene, signal } from './agent.mjs';

await main(async () => {
  const abortController = new AbortController();
  signal.addEventListener('abort', () => abortController.abort());
  const options = {
    model: scene.model,
    permissionMode: 'bypassPermissions',
    allowDangerouslySkipPermissions: true,
    abortController,
    env: {
      ...process.env,
      ANTHROPIC_BASE_URL: scene.url,
      ANTHROPIC_AUTH_TOKEN: scene.key,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      // Without it, it refuses to work for root, which is what a container has.
      IS_SANDBOX: '1',
    },
  };
  for await (const message of query({ prompt: scene.prompt, options })) {
    if (message.type !== 'result') continue;
    say(message.result ?? '');
    if (message.is_error) throw new Error(`${message.subtype} ${message.errors ?? ''}`);
  }
});
