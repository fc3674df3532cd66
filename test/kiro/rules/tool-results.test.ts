import { describe, expect, it } from 'vitest';
import { pairResults } from '../../../src/kiro/rules/tool-results.ts';
import { image, png, result, user } from '../support/chat.ts';
import { assistantTurn, draftOf, gather, turnCall, turnResult, userTurn } from '../support/drafts.ts';

const lost = 'The tool call failed: its result was never given. It may not have been run.';

describe('pairing calls and results', () => {
  it('changes nothing where every call is answered', () => {
    const draft = draftOf({
      turns: [
        userTurn('go'),
        assistantTurn('', [turnCall('a'), turnCall('b')]),
        userTurn('', [turnResult('b', '2'), turnResult('a', '1')]),
      ],
    });
    expect(pairResults(draft)).toBe(draft);
  });

  it('answers a call that nobody answered with an error that says so', () => {
    const draft = draftOf({
      turns: [
        userTurn('go'),
        assistantTurn('', [turnCall('a'), turnCall('b')]),
        userTurn('next', [turnResult('b', 'ok')]),
      ],
    });
    expect(pairResults(draft).turns[2]).toEqual(
      userTurn('next', [turnResult('b', 'ok'), { id: 'a', texts: [lost], isError: true }]),
    );
  });

  it('answers calls at the end of the conversation, in a turn without text', () => {
    const draft = draftOf({ turns: [userTurn('go'), assistantTurn('', [turnCall('a')])] });
    expect(pairResults(draft).turns.at(-1)).toEqual(userTurn('', [{ id: 'a', texts: [lost], isError: true }]));
  });

  it('makes a text of a result whose call is not in the turn before', () => {
    const draft = draftOf({
      turns: [
        userTurn('', [turnResult('x', 'first', 'second')]),
        assistantTurn('', [turnCall('a')]),
        userTurn('', [turnResult('a', 'ok')]),
        assistantTurn('done'),
        userTurn('thanks', [turnResult('a', 'again')]),
      ],
    });
    const { turns } = pairResults(draft);
    expect(turns[0]).toEqual(userTurn('[The result of an earlier tool call (x):]\nfirst\nsecond'));
    expect(turns[2]).toEqual(userTurn('', [turnResult('a', 'ok')]));
    expect(turns[4]).toEqual(userTurn('[The result of an earlier tool call (a):]\nagain\n\nthanks'));
  });

  it('joins two results of one call', () => {
    const draft = draftOf({
      turns: [
        assistantTurn('', [turnCall('a')]),
        userTurn('', [turnResult('a', 'one'), { id: 'a', texts: ['two'], isError: true }]),
      ],
    });
    expect(pairResults(draft).turns[1]).toEqual(userTurn('', [{ id: 'a', texts: ['one', 'two'], isError: true }]));
  });

  it('changes nothing the second time', () => {
    const draft = draftOf({
      turns: [
        userTurn('', [turnResult('x', 'orphan')]),
        assistantTurn('', [turnCall('a'), turnCall('b')]),
        userTurn('', [turnResult('a', 'one'), turnResult('a', 'two')]),
      ],
    });
    const once = pairResults(draft);
    expect(pairResults(once)).toEqual(once);
  });
});

describe('the text of a result', () => {
  const textsOf = (...content: Parameters<typeof result>[1][]): unknown =>
    gather(user(result('a', ...content))).turns.flatMap(turn => (turn.role === 'user' ? turn.results : []))[0]?.texts;

  it('names the image that is lifted out of it', () => {
    const { turns } = gather(user(image(png), result('a', 'seen:', image(png), image(png))));
    expect(turns[0]).toMatchObject({
      images: [{ format: 'png' }, { format: 'png' }, { format: 'png' }],
      results: [{ texts: ['seen:', '[Image 2 of this message]', '[Image 3 of this message]'] }],
    });
  });

  it('says that the call failed, unless it does so by itself', () => {
    const failed = (text: string) => ({ ...result('a', text), isError: true });
    const texts = (text: string) => gather(user(failed(text))).turns[0];
    expect(texts('no such file')).toMatchObject({ results: [{ texts: ['The tool call failed:\nno such file'] }] });
    expect(texts('Error: no such file')).toMatchObject({ results: [{ texts: ['Error: no such file'] }] });
    expect(texts('')).toMatchObject({ results: [{ texts: ['The tool call failed.'], isError: true }] });
  });

  it('holds documents and found tools as text', () => {
    expect(
      textsOf(
        { type: 'document', source: { kind: 'text', text: 'words' }, title: 'A "paper"' },
        { type: 'tool-reference', name: 'deploy' },
      ),
    ).toEqual([
      '<document title="A \\"paper\\"">\nwords\n</document>',
      '[The tool deploy was found and can be called now.]',
    ]);
  });
});
