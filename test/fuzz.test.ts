import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuzzBody } from './fuzz/bodies.ts';
import { fuzzHttp, startTarget, type Target } from './fuzz/http.ts';
import { runFuzz } from './fuzz/report.ts';
import { fuzzUpstream } from './fuzz/upstream.ts';

// The long form is: npm run fuzz
describe('whatever comes', () => {
  let target: Target;
  beforeAll(async () => {
    target = await startTarget();
  });
  afterAll(async () => {
    await target.server.close(0);
  });

  it('as the body of a request is understood or refused', async () => {
    expect((await runFuzz(300, 1, fuzzBody)).wrong).toEqual([]);
  });

  it('from the service becomes an answer in the form of the API', async () => {
    expect((await runFuzz(150, 1, fuzzUpstream)).wrong).toEqual([]);
  });

  it('over a connection gets an answer in HTTP or none', async () => {
    expect((await runFuzz(60, 1, seed => fuzzHttp(seed, target))).wrong).toEqual([]);
    expect(target.failures).toEqual([]);
  });
});
