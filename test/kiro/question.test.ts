import { describe, expect, it } from 'vitest';
import type { ChatRequest, Message } from '../../src/core/chat.ts';
import { writeQuestion } from '../../src/kiro/question.ts';

const chat = (messages: readonly Message[], more: Partial<ChatRequest> = {}): ChatRequest => ({
  model: 'claude-sonnet-4.5',
  messages,
  tools: [],
  toolChoice: { type: 'auto' },
  parallelTools: true,
  stop: [],
  ...more,
});

describe('writing a question', () => {
  it("asks a plain text in the service's form", () => {
    const { body } = writeQuestion(
      chat([{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }], { session: 's' }),
      {
        modelId: 'claude-sonnet-4.5',
        profileArn: 'arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL',
      },
    );
    expect(body).toEqual({
      conversationState: {
        conversationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        agentContinuationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        agentTaskType: 'vibe',
        chatTriggerType: 'MANUAL',
        currentMessage: {
          userInputMessage: { content: 'Hello', modelId: 'claude-sonnet-4.5', origin: 'AI_EDITOR' },
        },
      },
      profileArn: 'arn:aws:codewhisperer:us-east-1:123456789012:profile/ABCDEFGHIJKL',
    });
  });
});
