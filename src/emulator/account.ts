/** A profile as `ListAvailableProfiles` gives it. */
export interface ListedProfile {
  readonly arn: string;
  readonly profileName: string;
  readonly status: string;
}

export const defaultProfiles: readonly ListedProfile[] = [
  {
    arn: 'arn:aws:codewhisperer:us-east-1:123456789012:profile/EMULATOR0001',
    profileName: 'Emulator',
    status: 'ACTIVE',
  },
];
