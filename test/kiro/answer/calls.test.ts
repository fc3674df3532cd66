import { describe, expect, it } from 'vitest';
import { type Calls, createCalls, type WholeCall } from '../../../src/kiro/answer/calls.ts';

type Payload = Parameters<Calls['add']>[0];

function read(...payloads: readonly Payload[]): { whole: readonly WholeCall[]; cut: readonly string[] } {
  let ids = 0;
  const calls = createCalls(() => `made_${++ids}`);
  const whole = payloads.flatMap(payload => calls.add(payload) ?? []);
  return { whole, cut: calls.cut() };
}

const part = (input?: unknown, more: Payload = {}): Payload => ({ toolUseId: 'a', name: 'run', input, ...more });
const stop = { stop: true };

describe('the frames of calls', () => {
  it('keep the model’s own text of the arguments', () => {
    const json = '{ "big": 12345678901234567890, "x": "\\u00e9" }';
    expect(read(part(json), part(undefined, stop)).whole).toEqual([
      { id: 'a', name: 'run', input: { big: Number('12345678901234567890'), x: 'é' }, json },
    ]);
  });

  it.each([
    ['a string that holds the object', ['"{\\"x\\":1}"'], { x: 1 }],
    ['an empty string', ['""'], {}],
    ['null', ['null'], {}],
    ['nothing', [], {}],
    ['blanks', ['  '], {}],
    ['an object', [{ x: 1 }], { x: 1 }],
    ['objects in parts', [{ x: 1 }, { y: 2 }], { x: 1, y: 2 }],
    ['an object and text', [{ x: 1 }, '{"y":2}'], { x: 1, y: 2 }],
  ])('may bring %s', (_, inputs, input) => {
    const { whole, cut } = read(...inputs.map(piece => part(piece)), part(undefined, stop));
    expect(whole).toEqual([{ id: 'a', name: 'run', input, json: JSON.stringify(input) }]);
    expect(cut).toEqual([]);
  });

  it.each(['[1]', '7', '"text"', '{"x":', '{"x":1}}', 'true'])('that bring %s bring no whole call', json => {
    expect(read(part(json), part(undefined, stop))).toEqual({ whole: [], cut: ['run'] });
  });

  it('that repeat a finished call, or open it again, make no second one', () => {
    const first = [part('{"x":1}'), part(undefined, stop)];
    for (const again of [part('{}', stop), part('{"x":1}', stop), part(undefined, stop)]) {
      expect(read(...first, again)).toMatchObject({ whole: [{ id: 'a' }], cut: [] });
    }
    expect(read(...first, part('{}')).cut).toEqual([]);
  });

  it('that make another call under the same id give it an id of its own', () => {
    const { whole } = read(part('{"x":1}', stop), part('{"x":2}', stop), part('{"x":3}', stop));
    expect(whole.map(({ id, input }) => [id, input])).toEqual([
      ['a', { x: 1 }],
      ['a_2', { x: 2 }],
      ['a_3', { x: 3 }],
    ]);
    expect(read(part('{"x":1}', stop), part('{"x":2')).cut).toEqual(['run']);
  });

  it('without an id belong to the call before, or to a new one', () => {
    const { whole } = read({ name: 'run', input: '{"x"' }, { input: ':1}' }, { stop: true });
    expect(whole).toMatchObject([{ id: 'made_1', name: 'run', input: { x: 1 } }]);
  });
});
