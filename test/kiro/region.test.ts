import { describe, expect, it } from 'vitest';
import { apiRegion, arnRegion, checkArn, checkRegion, isRegion } from '../../src/kiro/region.ts';

const arn = (region: string): string => `arn:aws:codewhisperer:${region}:123456789012:profile/ABCDEFGHIJKL`;

describe('regions', () => {
  it('lets only regions into host names', () => {
    for (const good of ['us-east-1', 'eu-central-1', 'ap-southeast-2', 'us-gov-west-1'])
      expect(isRegion(good)).toBe(true);
    for (const bad of [
      '',
      'us-east',
      'US-EAST-1',
      'evil.example/',
      'us-east-1.evil.example',
      'us-east-1\n',
      'us-east-11',
    ]) {
      expect(isRegion(bad), bad).toBe(false);
    }
  });

  it('names the setting that holds no region', () => {
    expect(() => checkRegion('moon', 'KIRO_REGION')).toThrow(/^KIRO_REGION is not an AWS region/);
  });

  it('reads the region of a profile ARN and refuses what only looks like one', () => {
    expect(arnRegion(arn('eu-central-1'))).toBe('eu-central-1');
    expect(arnRegion('arn:aws:codewhisperer:us-east-1:638616132270:profile/AAAACCCCXXXX')).toBe('us-east-1');
    const bad = [
      arn('evil.example/'),
      arn('us-east-1').replace('codewhisperer', 's3'),
      arn('us-east-1').replace('123456789012', '12'),
      `${arn('us-east-1')}/../x`,
      `${arn('us-east-1')}\r\nx: y`,
      '',
    ];
    for (const text of bad) expect(arnRegion(text), text).toBeUndefined();
    expect(() => checkArn('nonsense', 'PROFILE_ARN')).toThrow(/^PROFILE_ARN is not a Kiro profile ARN/);
  });

  it('takes the API region from the profile, else from the setting, else from the login', () => {
    expect(apiRegion({ profileArn: arn('eu-central-1'), chosen: 'us-east-1', login: 'us-west-2' })).toBe(
      'eu-central-1',
    );
    expect(apiRegion({ chosen: 'us-gov-west-1', login: 'eu-west-1' })).toBe('us-gov-west-1');
    expect(apiRegion({ login: 'eu-north-1' })).toBe('eu-central-1');
    expect(apiRegion({ login: 'ap-southeast-1' })).toBe('us-east-1');
    expect(apiRegion({})).toBe('us-east-1');
  });
});
