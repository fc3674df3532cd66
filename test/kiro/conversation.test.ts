import { describe, expect, it } from 'vitest';
import { continuationIdOf, conversationIdOf, uuidOf } from '../../src/kiro/conversation.ts';
import { writeQuestion } from '../../src/kiro/question.ts';
import { readSignature, writeSignature } from '../../src/kiro/signature.ts';
import { assistant, call, chatOf, result, system, user } from './support/chat.ts';

const target = { modelId: 'model-1' };
const statesOf = (...chats: ReturnType<typeof chatOf>[]) =>
  chats.map(
    chat =>
      writeQuestion(chat, target).body['conversationState'] as { conversationId: string; agentContinuationId: string },
  );

describe('identifiers of a conversation', () => {
  it('are UUIDs of version 5', () => {
    expect(uuidOf('anything')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidOf('a')).toBe(uuidOf('a'));
    expect(uuidOf('a')).not.toBe(uuidOf('b'));
  });

  it('come from the session that the client names, and from nothing else then', () => {
    const idOf = (session: string | undefined, text: string, model = 'model-1'): string =>
      conversationIdOf({ ...(session === undefined ? {} : { session }), messages: [user(text)] }, model);
    expect(idOf('s', 'x')).toBe(idOf('s', 'y', 'model-2'));
    expect(idOf('s', 'x')).not.toBe(idOf('t', 'x'));
    expect(idOf('', 'x')).toBe(idOf(undefined, 'x'));
    expect(idOf(undefined, 'x')).not.toBe(idOf(undefined, 'y'));
    expect(idOf(undefined, 'x')).not.toBe(idOf(undefined, 'x', 'model-2'));
  });

  it('stay when a conversation without a session goes on, also with thinking in tags', () => {
    const start = [system('Be kind.'), user('Hello')];
    const [first, later, other] = statesOf(
      chatOf(start, { thinking: { mode: 'adaptive' } }),
      chatOf([...start, assistant('Hi'), user('And?')]),
      chatOf([system('Be kind.'), user('Other')]),
    );
    expect(later?.conversationId).toBe(first?.conversationId);
    expect(other?.conversationId).not.toBe(first?.conversationId);
    expect(later?.agentContinuationId).not.toBe(first?.agentContinuationId);
  });

  it('do not hang on what a client bills by', () => {
    const billed = (version: number) =>
      chatOf([system(`x-anthropic-billing-header: cc_version=${version};`), user('Hello')]);
    const [one, other] = statesOf(billed(1), billed(2));
    expect(one?.conversationId).toBe(other?.conversationId);
  });

  it('name one turn of the user with all its tool results', () => {
    const turn = [user('Go'), assistant(call('1', 'read')), user(result('1', 'ok'))];
    const [asked, answered, next] = statesOf(
      chatOf([user('Go')]),
      chatOf(turn),
      chatOf([...turn, assistant('Done'), user('More')]),
    );
    expect(answered?.agentContinuationId).toBe(asked?.agentContinuationId);
    expect(next?.agentContinuationId).not.toBe(asked?.agentContinuationId);
    expect(continuationIdOf('a', turn)).not.toBe(continuationIdOf('b', turn));
  });
});

describe('signatures that clients keep', () => {
  it('name the model and give back what the service gave', () => {
    for (const [model, signature] of [
      ['claude-opus-5.5', 'abc+/='],
      ['a:b', 'c:d'],
      ['', 'x'],
      ['模型', ''],
    ] as const) {
      const read = readSignature(writeSignature(model, signature));
      if (model !== '') expect(read).toEqual({ modelId: model, signature });
      else expect(read.modelId).toBeUndefined();
    }
  });

  it('from elsewhere name no model', () => {
    for (const foreign of ['EuYBCkQYAiJA', '', ':x', '%zz:x']) {
      expect(readSignature(foreign)).toEqual({ signature: foreign });
    }
  });
});
